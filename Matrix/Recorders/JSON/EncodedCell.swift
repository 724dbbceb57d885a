import Harness

/// Names a cell.
struct EncodedCellID: Encodable {
  var column: String
  var scenario: String

  init(_ cell: CellID) {
    column = cell.column
    scenario = cell.scenario
  }
}

/// A cell and what it came to. Keys without a value are left out.
struct EncodedCell: Encodable {
  struct Step: Encodable {
    var statement: String
    var file: String
    var line: Int
    var column: Int
    /// `held`, `mismatch` or `not_reached`
    var result: String
    var expected: String?
    var seen: String?
  }

  struct Termination: Encodable {
    var exit: Int?
    var signal: Int?
    /// For people; readers use the number.
    var signalName: String?
    /// `matrix` where it ended the program, at the deadline or behind the script.
    var by: String?
  }

  var column: String
  var scenario: String
  var verdict: String
  /// Whether the verdict is as expected.
  var expected: Bool
  var reason: String?
  var steps: [Step]?
  var violations: [String]?
  var termination: Termination?
  var stdout: String?
  var stderr: String?
  var durationMs: Double
}

extension EncodedCell {
  init(_ cell: CellID, _ outcome: CellOutcome, isExpected: Bool) {
    column = cell.column
    scenario = cell.scenario
    verdict = outcome.verdict.rawValue
    expected = isExpected
    reason = outcome.reason
    steps = outcome.steps.isEmpty ? nil : outcome.steps.map(Step.init)
    violations = outcome.violations.isEmpty ? nil : outcome.violations
    termination = outcome.termination.map(Termination.init)
    if outcome.isEndedByHarness { termination?.by = "matrix" }
    stdout = outcome.standardOutput.isEmpty ? nil : outcome.standardOutput
    stderr = outcome.standardError.isEmpty ? nil : outcome.standardError
    durationMs = Phrases.milliseconds(outcome.duration)
  }

  /// The cell without its steps and output, which are what makes a run large.
  func brief() -> EncodedCell {
    var cell = self
    (cell.steps, cell.stdout, cell.stderr) = (nil, nil, nil)
    return cell
  }
}

extension EncodedCell.Step {
  init(_ record: StepRecord) {
    statement = record.statement
    file = record.location.file
    line = record.location.line
    column = record.location.column
    switch record.result {
    case .held: result = "held"
    case .mismatch(let expected, let seen):
      result = "mismatch"
      self.expected = expected
      self.seen = seen
    case .notReached: result = "not_reached"
    }
  }
}

extension EncodedCell.Termination {
  init(_ termination: Termination) {
    switch termination {
    case .exited(let code): exit = code
    case .signalled(let number):
      signal = number
      signalName = SignalName.of(number)
    }
  }
}
