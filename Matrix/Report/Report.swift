public import Harness

/// Everything that is known about a run, made of its events alone.
///
/// A value without side effects: the same events give the same report. Recorders that render at
/// the end, and readers of stored runs, share it.
public struct Report: Sendable {
  /// How far the run has come.
  public enum State: Hashable, Sendable {
    /// No event yet.
    case empty
    /// Started and, as far as the events tell, not ended. In a stored run: it was killed.
    case incomplete
    case ended(RunEnd.Reason)
  }

  /// What the run was going to do; nil before ``Event/runStarted(_:)``.
  public private(set) var start: RunStart?
  /// How the run ended; nil before ``Event/runFinished(_:)``.
  public private(set) var end: RunEnd?
  /// Cells that have started and not finished, in the order of their start.
  public private(set) var running: [CellID] = []
  /// Over all cells of the table.
  public private(set) var tally = Tally()

  private var outcomes: [CellID: CellOutcome] = [:]
  private var order: [CellID] = []

  public init() {}

  public init(_ events: some Sequence<Event>) {
    for event in events { apply(event) }
  }

  /// Takes in what happened next. A cell that finishes twice counts with its last outcome.
  public mutating func apply(_ event: Event) {
    switch event {
    case .runStarted(let start):
      self = Report()
      self.start = start
      tally.planned = start.cellCount
    case .cellStarted(let cell):
      running.append(cell)
    case .cellFinished(let cell, let outcome):
      running.removeAll { $0 == cell }
      if let earlier = outcomes.updateValue(outcome, forKey: cell) {
        tally.remove(earlier.verdict, isExpected: Self.isExpected(cell, earlier))
      } else {
        order.append(cell)
      }
      tally.add(outcome.verdict, isExpected: Self.isExpected(cell, outcome))
    case .runFinished(let end):
      self.end = end
    }
  }

  public var state: State {
    if let end { return .ended(end.reason) }
    return start == nil ? .empty : .incomplete
  }

  public var columns: [Column] { start?.columns ?? [] }
  public var rows: [RunStart.Row] { start?.rows ?? [] }

  /// The outcome of a cell; nil while there is none.
  public func outcome(of cell: CellID) -> CellOutcome? { outcomes[cell] }

  public func outcome(_ row: RunStart.Row, _ column: Column) -> CellOutcome? {
    outcomes[CellID(column: column.label, scenario: row.name)]
  }

  /// Whether the outcome of a cell is as expected. The run, the dispatcher and all recorders ask this
  /// function; known deviations of single cells are to be considered in it and nowhere else.
  public static func isExpected(_ cell: CellID, _ outcome: CellOutcome) -> Bool {
    outcome.verdict.isExpectedByDefault
  }

  /// The cells that have finished, in the order in which they did.
  public var finished: [(cell: CellID, outcome: CellOutcome)] {
    order.compactMap { cell in outcomes[cell].map { (cell, $0) } }
  }

  /// The cells whose outcome is not as expected, in the order of the table.
  public var unexpected: [(cell: CellID, outcome: CellOutcome)] {
    rows.flatMap { row in
      columns.compactMap { column in
        let cell = CellID(column: column.label, scenario: row.name)
        guard let outcome = outcomes[cell], !Self.isExpected(cell, outcome) else { return nil }
        return (cell, outcome)
      }
    }
  }
}
