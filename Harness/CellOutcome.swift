/// Where a statement of a scenario stands. Lines and columns count from 1.
public struct SourceLocation: Hashable, Sendable, CustomStringConvertible {
  public var file: String
  public var line: Int
  public var column: Int

  public init(file: String, line: Int, column: Int) {
    self.file = file
    self.line = line
    self.column = column
  }

  public var description: String { "\(file):\(line):\(column)" }
}

/// What became of one statement of a scenario's script.
public struct StepRecord: Hashable, Sendable {
  public enum Result: Hashable, Sendable {
    case held
    /// What was seen is not what was expected. Each is one or more lines of text.
    case mismatch(expected: String, seen: String)
    case notReached
  }

  /// The statement as it stands in the file, without `#>`.
  public var statement: String
  public var location: SourceLocation
  public var result: Result

  public init(statement: String, location: SourceLocation, result: Result) {
    self.statement = statement
    self.location = location
    self.result = result
  }
}

/// How the debuggee's process ended.
public enum Termination: Hashable, Sendable, CustomStringConvertible {
  case exited(Int)
  case signalled(Int)

  public var description: String {
    switch self {
    case .exited(let code): "exit \(code)"
    case .signalled(let number): "killed \(SignalName.of(number))"
    }
  }
}

/// Everything that is known about a cell that was run.
public struct CellOutcome: Sendable {
  public var verdict: Verdict
  /// One sentence: why the verdict is not `pass`.
  public var reason: String?
  public var steps: [StepRecord]
  /// After-checks that do not hold, a sentence each.
  public var violations: [String]
  public var termination: Termination?
  /// Whether matrix ended the process: at the deadline, or behind a script that left it running.
  public var isEndedByHarness: Bool
  /// What the debuggee wrote, at most ``outputLimit`` bytes of the end of each.
  public var standardOutput: String
  public var standardError: String
  /// From the start of the debuggee's process to the end of the after-checks.
  public var duration: Duration

  public static let outputLimit = 16_384

  public init(
    verdict: Verdict, reason: String? = nil, steps: [StepRecord] = [], violations: [String] = [],
    termination: Termination? = nil, isEndedByHarness: Bool = false, standardOutput: String = "",
    standardError: String = "",
    duration: Duration = .zero
  ) {
    self.verdict = verdict
    self.reason = reason
    self.steps = steps
    self.violations = violations
    self.termination = termination
    self.isEndedByHarness = isEndedByHarness
    self.standardOutput = standardOutput
    self.standardError = standardError
    self.duration = duration
  }
}

/// The result of one cell. The vocabulary is closed and no value is used for a second meaning.
public enum Verdict: String, CaseIterable, Hashable, Sendable {
  /// Everything that the scenario expects was seen, and the after-checks hold.
  case pass
  /// Something else was seen than what the scenario expects, or an after-check does not hold.
  case fail
  /// The harness could not do its part: nothing is known about the debugger.
  case error
  /// The cell did not end by its deadline.
  case timeout
  /// The debuggee was ended by a signal that the scenario does not expect.
  case crash
  /// The interpreter that was asked for is not on this machine.
  case unavailable
  /// This CPython cannot run the scenario, by the scenario's own version range.
  case unsupported
  /// The operating system did not permit it.
  case blocked

  /// Whether an outcome with this verdict is as expected when no known deviation is recorded for the
  /// cell. For `Report.isExpected`, which decides.
  public var isExpectedByDefault: Bool {
    switch self {
    case .pass, .unavailable, .unsupported: true
    case .fail, .error, .timeout, .crash, .blocked: false
    }
  }
}

/// Names of the signals that end programs (signal(7); the numbers are those of Linux and macOS
/// wherever both agree).
public enum SignalName {
  private static let names: [Int: String] = [
    1: "SIGHUP", 2: "SIGINT", 3: "SIGQUIT", 4: "SIGILL", 5: "SIGTRAP", 6: "SIGABRT", 8: "SIGFPE",
    9: "SIGKILL", 11: "SIGSEGV", 13: "SIGPIPE", 14: "SIGALRM", 15: "SIGTERM",
  ]

  public static func of(_ number: Int) -> String { names[number] ?? "signal \(number)" }

  static func number(of name: String) -> Int? { names.first { $0.value == name }?.key }
}
