import Attach
import DebugSession

/// Makes a verdict of what was seen.
extension Cell {
  enum End {
    case script(holds: Bool)
    case broken(SessionError)
    case notAttached(AttachOutcome)
    case timedOut
    /// The harness could not do its part; a sentence.
    case unknown(String)
  }

  struct Script {
    var end: End
    var steps: [StepRecord]
    var remaining: [StepRecord]
    /// Whether the program was still there behind it, and was ended by us.
    var leftProgram = false

    /// What was seen after the deadline is the work of our signals.
    mutating func interrupt() {
      end = .timedOut
      if let last = steps.indices.last, steps[last].result != .held {
        steps[last].result = .notReached
      }
    }
  }

  func outcome(
    of script: Script, _ end: Result<Termination, ExitWatch.Failure>?, pid: Int32
  ) -> CellOutcome {
    var outcome = CellOutcome(verdict: .pass, steps: script.steps + script.remaining)
    // An end that cannot be told is no clean one, whatever the script has seen.
    let termination: Termination
    switch end {
    case .success(let known): termination = known
    case .failure(let failure):
      outcome.verdict = .error
      outcome.reason = "it is not known how the program ended: \(failure)"
      return outcome
    case nil:
      outcome.verdict = .error
      outcome.reason = "the program did not end on SIGKILL (pid \(pid))"
      return outcome
    }
    outcome.termination = termination
    outcome.isEndedByHarness = script.leftProgram
    let next = outcome.steps.first { $0.result == .notReached }?.statement
    switch script.end {
    case .script(holds: true): break
    case .script(holds: false):
      outcome.verdict = .fail
      outcome.reason = script.steps.last.map { "'\($0.statement)' does not hold" }
    case .timedOut:
      outcome.verdict = .timeout
      outcome.isEndedByHarness = true
      outcome.reason =
        "no end after \(timeout.formattedSeconds) s" + before(next)
    case .broken(.closed) where script.leftProgram:
      outcome.verdict = .fail
      outcome.reason = "the debugger let go of the program" + before(next)
    case .broken(.closed):
      switch termination {
      case .signalled: outcome.verdict = .crash
      // A program that ends before the debugger is there tells nothing about it.
      case .exited: outcome.verdict = script.steps.isEmpty ? .error : .fail
      }
      outcome.reason = "the program ended early (\(termination))" + before(next)
    case .notAttached(let attach):
      outcome.verdict = attach.verdict
      outcome.reason = attach.sentences(pid: pid).what
    case .broken(let error):
      outcome.verdict = .error
      outcome.reason = error.description
    case .unknown(let reason):
      outcome.verdict = .error
      outcome.reason = reason
    }
    // A crash explains a failed expectation better than the expectation does.
    if outcome.verdict == .fail, !script.leftProgram, case .signalled = termination {
      outcome.verdict = .crash
      outcome.reason = "the program was \(termination)"
    }
    return outcome
  }

  private func before(_ statement: String?) -> String {
    statement.map { ", before '\($0)'" } ?? ""
  }

  func judged(_ outcome: CellOutcome) -> CellOutcome {
    var outcome = outcome
    if outcome.verdict == .error, outcome.termination != nil,
      let exception = outcome.standardError.lastExceptionLine
    {
      outcome.reason = [outcome.reason, exception].compactMap { $0 }.joined(separator: ": ")
    }
    if outcome.verdict == .pass, let first = outcome.violations.first {
      outcome.verdict = .fail
      outcome.reason = first
    }
    return outcome
  }
}

extension AttachOutcome {
  /// The verdict of a cell into whose program the debugger did not get.
  fileprivate var verdict: Verdict {
    switch self {
    case .attached: .error
    case .busy, .gone: .fail
    case .refused: .blocked
    case .unsupported: .unsupported
    }
  }
}

extension String {
  /// The last line of a traceback, such as `SyntaxError: invalid syntax`, if the text ends with one.
  fileprivate var lastExceptionLine: String? {
    guard let line = split(separator: "\n").last(where: { !$0.allSatisfy(\.isWhitespace) }) else {
      return nil
    }
    let name = line.prefix { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "." }
    let isException = ["Error", "Exception", "Interrupt", "Warning"].contains { name.hasSuffix($0) }
    return isException ? String(line) : nil
  }
}
