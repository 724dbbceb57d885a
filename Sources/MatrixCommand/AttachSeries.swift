import Attach
import FoundationEssentials
import Glibc
import SystemPackage
import TargetProcess

/// The attaches of one `matrix attach`: one, or one for each process, once or again and again.
///
/// All are made by this one program, so that what the first attach found in a process is known to
/// the next (the runtime cache of safe attach).
struct AttachSeries: Sendable {
  let entry: any Attacher
  let payload: Payload
  let limits: AttachLimits
  let method: AttachMethod
  let switches: SafeSwitches
  let telemetry: TelemetryFile?
  let format: AttachCommand.Format
  let listsStacks: Bool
  let listening: ListenOptions
  let secret: String
  /// Nil for one round.
  let interval: Duration?
  /// Rounds; nil for as many as there are until the processes have ended or the user interrupts.
  let count: Int?

  /// Attaches to each process in turn, in each round.
  ///
  /// - Returns: the highest exit status of all attaches.
  func run(on pids: [Int32]) async throws -> AttachExitStatus {
    // By start time a pid that is used again is noticed.
    var targets = pids.map { ($0, LiveProcess(pid: $0).status?.startTime) }
    let isSeries = pids.count > 1 || interval != nil
    var worst = AttachExitStatus.attached
    var next = ContinuousClock.now
    var rounds = 0
    while !targets.isEmpty, !Task.isCancelled {
      for (pid, startTime) in targets where !Task.isCancelled {
        var limits = limits
        limits.startTime = startTime
        let report = await attach(to: pid, limits)
        try show(report, pid: pid, isSeries: isSeries)
        let status = AttachExitStatus(report.outcome)
        if status.rawValue > worst.rawValue { worst = status }
        if case .gone = report.outcome { targets.removeAll { $0.0 == pid } }
      }
      rounds += 1
      guard let interval, count.map({ rounds < $0 }) ?? true, !targets.isEmpty else { break }
      next = max(next + interval, .now)
      // Ended early by an interruption only.
      try? await Task.sleep(until: next)
    }
    return worst
  }

  /// The same until SIGINT, SIGTERM or SIGHUP, which let the attach end that is under way. One that
  /// takes longer than a moment is left as it is, which harms no target.
  func runUntilInterrupted(on pids: [Int32]) async throws -> AttachExitStatus {
    let interruption = Interruption()
    let task = Task { try await run(on: pids) }
    interruption.protect(.init(cancel: { task.cancel() }, force: {}))
    return try await task.value
  }

  /// One attach, with a telemetry event before it and one after it.
  private func attach(to pid: Int32, _ limits: AttachLimits) async -> AttachReport {
    let process = LiveProcess(pid: pid)
    let id = UUID().uuidString
    telemetry?.write(
      .attempt(
        AttachAttempt(
          id: id, time: Date().timeIntervalSince1970, process: process, method: method.rawValue,
          timeout: limits.timeout, switches: switches)))
    let begin = ContinuousClock.now
    let report = await entry.attach(to: process, running: payload, limits: limits)
    let result = AttachResult(
      report, id: id, time: Date().timeIntervalSince1970, pid: pid, method: method.rawValue,
      total: begin.duration(to: .now))
    telemetry?.write(.result(result))
    if let declined = result.declined, format == .text {
      Message.write("note: \(declined); the code was injected instead")
    }
    for answer in report.safe?.providers ?? []
    where switches.isVerbose || !answer.provider.mayBeWrittenTo {
      Message.write(answer.sentence(found: report.safe?.thread?.address))
    }
    if switches.isVerbose { Message.write(result.summary) }
    return report
  }

  // MARK: Output

  private func show(_ report: AttachReport, pid: Int32, isSeries: Bool) throws {
    switch format {
    case .text:
      if isSeries { print("== process \(pid), \(Date().formatted(.iso8601))") }
      printText(report, pid: pid)
    case .json:
      var encoded = AttachDocument(report, pid: pid, listsStacks: listsStacks)
      encoded.listening = listening.place(answered: encoded.result, secret: secret)
      encoded.closed = listening.closed(answered: encoded.result)
      VisibleText.printResult(try CommandDocument.text(encoded, isLine: isSeries))
    }
    fflush(nil)
  }

  private func printText(_ report: AttachReport, pid: Int32) {
    switch report.outcome {
    case .attached(.result(let text?)):
      if let place = listening.place(answered: text, secret: secret) {
        print("listening at \(place.endpoint)\nsecret \(place.secret)")
      } else if let closed = listening.closed(answered: text) {
        print(
          closed.isEmpty
            ? "nothing to close: process \(pid) has no such listener of the agent"
            : closed.map { "closed \($0)" }.joined(separator: "\n"))
      } else {
        VisibleText.printResult(listsStacks ? StackListing(parsing: text).description : text)
      }
    case .attached(.result(nil)): break
    case .attached(.raised(let traceback)):
      Message.write(traceback + "error: \(report.outcome.sentences(pid: pid).what)")
    case .busy, .refused, .gone, .unsupported:
      let (what, next) = report.outcome.sentences(pid: pid)
      Message.write("error: \(what)")
      if let next { Message.write("  \(next)") }
    }
  }
}
