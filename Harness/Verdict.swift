/// What one cell came to. The vocabulary is closed and no value is used for a second meaning.
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
  /// Left out by choice.
  case skip
  /// The interpreter that was asked for is not on this machine.
  case unavailable
  /// This CPython cannot run the scenario, by the scenario's own version range.
  case unsupported
  /// The operating system did not permit it.
  case blocked
  /// Passed, but only when tried again.
  case flaky

  /// Whether a run with this verdict can be called "as expected" when no known deviation is
  /// recorded for the cell.
  public var isExpectedByDefault: Bool {
    switch self {
    case .pass, .skip, .unavailable, .unsupported: true
    case .fail, .error, .timeout, .crash, .blocked, .flaky: false
    }
  }
}
