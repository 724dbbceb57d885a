import Harness

extension Verdict {
  /// One character that stands for the verdict in a table. Always shown with a word or a legend.
  var symbol: String {
    switch self {
    case .pass: "✓"
    case .fail: "✗"
    case .error: "!"
    case .timeout: "T"
    case .crash: "C"
    case .unavailable: "-"
    case .unsupported: "·"
    case .blocked: "B"
    }
  }

  /// The word in reports.
  var word: String { rawValue }

  /// What the verdict says, for legends.
  var meaning: String {
    switch self {
    case .pass: "everything expected was seen"
    case .fail: "something else was seen, or an after-check does not hold"
    case .error: "the harness could not do its part"
    case .timeout: "no end by the deadline"
    case .crash: "the program was ended by a signal"
    case .unavailable: "the interpreter is not on this machine"
    case .unsupported: "for other versions or builds, by scenario or by configuration"
    case .blocked: "the operating system did not permit it"
    }
  }

  /// Whether a debugger was put to the test.
  var countsAsRun: Bool {
    switch self {
    case .pass, .fail, .error, .timeout, .crash, .blocked: true
    case .unavailable, .unsupported: false
    }
  }
}

extension CellOutcome {
  /// How the program ended, and by whom: `exit 0`, `SIGSEGV`, `ended by matrix at its deadline
  /// (SIGTERM)`.
  var ending: String? {
    guard let termination else { return nil }
    let how =
      switch termination {
      case .exited(let code): "exit \(code)"
      case .signalled(let number): SignalName.of(number)
      }
    guard isEndedByHarness else { return how }
    let moment = verdict == .timeout ? "at its deadline" : "after the script"
    return "ended by matrix \(moment) (\(how))"
  }
}

/// What stands in a table where there is no outcome.
enum NoOutcome {
  static let symbol = "?"
  static let word = "not run"
  static let meaning = "the run ended before this cell did"
}
