import Harness

/// What a run was going to do.
struct WireRun: Codable {
  struct Row: Codable {
    var name: String
    var title: String
    var group: String
    var notes: [String]
  }

  struct Column: Codable {
    var label: String
    var debugger: String
    var entry: String
    var host: String
    /// Nil for the agent's own choice.
    var executionControl: String?
    /// Nil when it is not on the machine; then there is a hint.
    var interpreter: WireInterpreter?
    var hint: String?
  }

  var tool: String
  var version: String
  var date: String
  var machine: String
  var jobs: Int
  var columns: [Column]
  var rows: [Row]
}

extension WireRun {
  init(_ start: RunStart) {
    tool = "matrix"
    version = start.toolVersion
    date = UTCDate(seconds: start.date).description
    machine = start.machine
    jobs = start.jobs
    columns = start.columns.map(Column.init)
    rows = start.rows.map {
      Row(name: $0.name, title: $0.title, group: $0.group, notes: $0.notes)
    }
  }

  func start() throws -> RunStart {
    guard let date = UTCDate(date) else {
      throw RunReadError.Cause.value(key: "date", value: date)
    }
    return RunStart(
      toolVersion: version, date: date.seconds, machine: machine,
      columns: try columns.map { try $0.column() },
      rows: rows.map { RunStart.Row(name: $0.name, title: $0.title, notes: $0.notes) },
      jobs: jobs)
  }
}

extension WireRun.Column {
  init(_ column: Column) {
    label = column.label
    debugger = column.configuration.debugger.rawValue
    entry = column.configuration.entry.rawValue
    host = column.configuration.host.rawValue
    executionControl = column.configuration.executionControl?.rawValue
    switch column.runtime {
    case .interpreter(let found): interpreter = WireInterpreter(found)
    case .missing(let text): hint = text
    }
  }

  func column() throws -> Column {
    Column(
      label: label,
      runtime: try interpreter.map { .interpreter(try $0.interpreter()) }
        ?? .missing(hint: hint ?? ""),
      configuration: CellConfiguration(
        debugger: try known(debugger, "debugger"), entry: try known(entry, "entry"),
        host: try known(host, "host"),
        executionControl: try executionControl.map { try known($0, "execution_control") }))
  }
}

/// How a run ended.
struct WireEnd: Codable {
  var reason: String
  var durationMs: Double
}

extension WireEnd {
  init(_ end: RunEnd) {
    reason =
      switch end.reason {
      case .completed: "completed"
      case .interrupted: "interrupted"
      case .failedFast: "failed_fast"
      }
    durationMs = Phrases.milliseconds(end.duration)
  }

  func end() throws -> RunEnd {
    let reason: RunEnd.Reason =
      switch reason {
      case "completed": .completed
      case "interrupted": .interrupted
      case "failed_fast": .failedFast
      default: throw RunReadError.Cause.value(key: "reason", value: reason)
      }
    return RunEnd(reason: reason, duration: wireDuration(durationMs))
  }
}

/// The value of a closed vocabulary, or an error that names the key.
func known<Value: RawRepresentable<String>>(_ text: String, _ key: String) throws -> Value {
  guard let value = Value(rawValue: text) else {
    throw RunReadError.Cause.value(key: key, value: text)
  }
  return value
}

/// Milliseconds as a duration; what no duration can be is read as the nearest that can.
func wireDuration(_ milliseconds: Double) -> Duration {
  .microseconds(Int64(min(max(milliseconds * 1000, 0), 1e15).rounded()))
}
