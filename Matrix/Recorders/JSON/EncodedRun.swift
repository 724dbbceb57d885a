import Harness

/// What a run was going to do.
struct EncodedRun: Encodable {
  struct Row: Encodable {
    var name: String
    var title: String
    var group: String
    var notes: [String]
  }

  struct Column: Encodable {
    var label: String
    var debugger: String
    var entry: String
    var host: String
    /// Nil for the agent's own choice.
    var executionControl: String?
    /// Nil when it is not on the machine; then there is a hint.
    var interpreter: EncodedBuild?
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

extension EncodedRun {
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
}

extension EncodedRun.Column {
  init(_ column: Column) {
    label = column.label
    debugger = column.configuration.debugger.rawValue
    entry = column.configuration.entry.rawValue
    host = column.configuration.host.rawValue
    executionControl = column.configuration.executionControl?.rawValue
    switch column.runtime {
    case .interpreter(let found): interpreter = EncodedBuild(found)
    case .missing(let text): hint = text
    }
  }
}

/// How a run ended.
struct EncodedEnd: Encodable {
  var reason: String
  var durationMs: Double
}

extension EncodedEnd {
  init(_ end: RunEnd) {
    reason =
      switch end.reason {
      case .completed: "completed"
      case .interrupted: "interrupted"
      case .failedFast: "failed_fast"
      }
    durationMs = Phrases.milliseconds(end.duration)
  }
}
