public import Harness

/// What happens in a run, in the order in which it happens. Every report is made of this alone.
public enum Event: Sendable {
  case runStarted(RunStart)
  case cellStarted(CellID)
  case cellFinished(CellID, CellOutcome)
  /// Nothing follows.
  case runFinished(RunEnd)
}

/// Names a cell within its run.
public struct CellID: Hashable, Sendable, CustomStringConvertible {
  /// ``Column/label``
  public var column: String
  /// The scenario's name: `stepping/over_recursive_call`.
  public var scenario: String

  public init(column: String, scenario: String) {
    self.column = column
    self.scenario = scenario
  }

  public var description: String { "\(scenario) on \(column)" }
}

/// What a run is going to do. Columns and rows are in the order of the table.
public struct RunStart: Sendable {
  /// One row of the table.
  public struct Row: Hashable, Sendable {
    public var name: String
    public var title: String
    /// Links behind the scenario (`see`), and each `differs` line.
    public var notes: [String]

    public init(name: String, title: String, notes: [String] = []) {
      self.name = name
      self.title = title
      self.notes = notes
    }

    /// `stepping` of `stepping/over_recursive_call`.
    public var group: String { name.split(separator: "/").first.map(String.init) ?? name }
  }

  public var toolVersion: String
  /// Seconds since 1970, UTC; `SOURCE_DATE_EPOCH` if that is set.
  public var date: Int
  /// `Linux 6.1 x86_64`
  public var machine: String
  public var columns: [Column]
  public var rows: [Row]
  public var jobs: Int

  public init(
    toolVersion: String, date: Int, machine: String, columns: [Column], rows: [Row], jobs: Int
  ) {
    self.toolVersion = toolVersion
    self.date = date
    self.machine = machine
    self.columns = columns
    self.rows = rows
    self.jobs = jobs
  }

  public var cellCount: Int { columns.count * rows.count }
}

/// How a run ended.
public struct RunEnd: Hashable, Sendable {
  public enum Reason: String, Hashable, Sendable {
    /// Every cell has an outcome.
    case completed
    /// By a signal; cells without an outcome were not run to their end.
    case interrupted
    /// By `--fail-fast`, after the first unexpected verdict.
    case failedFast
  }

  public var reason: Reason
  public var duration: Duration

  public init(reason: Reason, duration: Duration) {
    self.reason = reason
    self.duration = duration
  }
}
