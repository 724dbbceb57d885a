import TargetProcess

/// What the code said at its end.
public enum Answer: Hashable, Sendable {
  /// It ended well; what it had to say, if anything.
  case result(String?)
  /// It raised; the traceback.
  case raised(String)
}

extension Answer {
  /// Whether a signal handler of the program had raised before the answer was written.
  static func tellsOfSignal(_ bytes: [UInt8]) -> Bool { head(bytes).last == "signal" }

  /// The words of the first line.
  static func head(_ bytes: [UInt8]) -> [Substring] {
    String(decoding: bytes.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self).split(separator: " ")
  }

  /// As the bootstrap writes it: a line with the kind, the version, and `signal` where a signal
  /// handler of the program has raised; then the text. Nil for
  /// anything else, which says nothing about the code.
  init?(_ bytes: [UInt8]) {
    guard let end = bytes.firstIndex(of: UInt8(ascii: "\n")) else { return nil }
    let head = String(decoding: bytes[..<end], as: UTF8.self).split(separator: " ")
    let text = String(decoding: bytes[end...].dropFirst(), as: UTF8.self)
    switch head.first {
    case "raised": self = .raised(text)
    case "text": self = .result(text)
    case "none": self = .result(nil)
    default: return nil
    }
  }
}

extension ExchangeDirectory {
  /// Waits for the answer of code that has begun.
  ///
  /// - Parameters:
  ///   - pause: waits for the directory to change, until this time at the latest.
  ///   - checkAlive: throws when the process has ended.
  func waitForAnswer(
    of process: LiveProcess, until deadline: ContinuousClock.Instant,
    pause: (ContinuousClock.Instant) -> Void, checkAlive: () throws(Preflight.Obstacle) -> Void
  ) throws(Preflight.Obstacle) -> Answer {
    while true {
      if let answer = try finishedAnswer(process) { return answer }
      guard ContinuousClock.now < deadline else {
        throw .init(outcome: .busy(.stillRunning(isStopped: process.isStoppedBySignal)))
      }
      pause(min(deadline, .now + .milliseconds(50)))
      do throws(Preflight.Obstacle) {
        try checkAlive()
      } catch {
        // Its answer may have been its last act.
        if let answer = try finishedAnswer(process) { return answer }
        throw error
      }
    }
  }

  private func finishedAnswer(_ process: LiveProcess) throws(Preflight.Obstacle) -> Answer? {
    guard let bytes = answer() else {
      try checkFailure(of: process)
      return nil
    }
    if bytes.count > Self.largestAnswer {
      throw .init(
        outcome: .refused(.badAnswer("it is longer than \(Self.largestAnswer >> 20) MiB")))
    }
    if Answer.head(bytes).first == "interrupted" { throw .init(outcome: .busy(.interrupted)) }
    guard let answer = Answer(bytes) else {
      throw .init(
        outcome: .refused(
          .badAnswer(
            bytes.isEmpty
              ? "it is empty" : "it does not begin with a kind of answer that matrix knows")))
    }
    return answer
  }

  /// Throws what the target has reported that it could not do.
  func checkFailure(of process: LiveProcess) throws(Preflight.Obstacle) {
    guard let reported = reportedFailure else { return }
    let words = reported.split(separator: " ")
    throw .init(
      outcome: .refused(
        .exchangeFailed(
          step: words.first.flatMap { ExchangeStep(rawValue: String($0)) } ?? .answer,
          errno: words.dropFirst().first.flatMap { Int32($0) } ?? 0,
          hasFilter: (ProcessCredentials(process)?.seccomp ?? 0) != 0)))
  }
}

/// What the code in the target does in the exchange directory.
public enum ExchangeStep: String, Hashable, Sendable {
  /// Renaming `code`, before anything was run.
  case claim
  /// Reading the code, before anything was run.
  case read
  /// Leaving the answer, when the code has run.
  case answer
}

extension LiveProcess {
  /// Whether a signal such as SIGSTOP has stopped it, not a tracer.
  var isStoppedBySignal: Bool { status?.state == "T" }
}
