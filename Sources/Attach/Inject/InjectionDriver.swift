#if arch(x86_64)
  import Glibc
  import TargetProcess

  /// One attach by the legacy injector, from the preflight check to the answer. Blocks its thread.
  ///
  /// One stop of the main thread is enough, but for a thread that begins to wait in a system call
  /// between the stop and its next look for pending calls: it is stopped there again.
  struct InjectionDriver {
    private typealias Obstacle = Preflight.Obstacle

    private let process: LiveProcess
    private let payload: Payload
    private let limits: AttachLimits
    private let begin = ContinuousClock.now
    /// The process's start time at the beginning.
    private let startTime: UInt64?
    private let deadline: ContinuousClock.Instant
    private var report: AttachReport
    private let checkpoint: AttachCheckpoint.Observer?

    /// CPython's list of pending calls has 32 places; most of them stay the program's own.
    private static let mostCalls = 12

    init(
      process: LiveProcess, payload: Payload, limits: AttachLimits,
      checkpoint: AttachCheckpoint.Observer?
    ) {
      self.checkpoint = checkpoint
      self.process = process
      self.payload = payload
      self.limits = limits
      deadline = begin + limits.timeout
      startTime = process.status?.startTime
      // Replaced in every case.
      report = AttachReport(entry: .inject, outcome: .unsupported(.platform))
    }

    mutating func run() -> AttachReport {
      do throws(Preflight.Obstacle) {
        report.outcome = .attached(try inject())
      } catch {
        // Whatever was refused to us by then, this is why.
        report.outcome = error.outcome.unlessEnded(process, startTime: startTime)
      }
      if report.visits > 0, let runtime = report.runtime, process.status?.startTime == startTime {
        LastLook(
          process: process, runtime: runtime, thread: process.pid,
          wasWaiting: report.route != .pendingCall, checkpoint: checkpoint
        ).make()
      }
      return report
    }

    private mutating func inject() throws(Preflight.Obstacle) -> Answer {
      var lap = begin
      let target = try Preflight(process, limits: limits)
      report.runtime = target.runtime.located
      guard let gadgets = Gadgets.find(process.memory, target.map) else {
        throw .init(outcome: .unsupported(.noWayHome(reason: "its C library is not known")))
      }
      record(.examine, since: &lap)

      let folder = try prepare(target)
      record(.prepare, since: &lap)

      let call = RemoteCall(
        process: process, startTime: target.startTime, runtime: target.runtime, gadgets: gadgets,
        map: target.map,
        bootstrap: Bootstrap(folder: folder.path, pid: target.innerPID, payload: payload),
        tracer: Tracer())
      try callUntilClaimed(call, folder)
      report.times[.start] = lap.duration(to: .now) - (report.times[.visit] ?? .zero)
      lap = .now
      let answer = try folder.waitForAnswer(
        of: process, until: deadline, pause: folder.wait(until:),
        checkAlive: { () throws(Preflight.Obstacle) in try checkAlive(call) })
      record(.finish, since: &lap)
      return answer
    }

    private mutating func record(
      _ phase: AttachReport.Phase, since lap: inout ContinuousClock.Instant
    ) {
      let now = ContinuousClock.now
      report.times[phase] = lap.duration(to: now)
      lap = now
    }

    private func prepare(_ target: Preflight) throws(Preflight.Obstacle) -> ExchangeDirectory {
      do throws(ExchangeDirectory.Failure) {
        return try ExchangeDirectory(
          in: process, startTime: target.startTime, owner: target.fileOwner
        ) { _ in payload.files }
      } catch {
        throw .init(outcome: .refused(.noFolder(reason: error.reason)))
      }
    }

    // MARK: The call

    private mutating func callUntilClaimed(
      _ call: RemoteCall, _ folder: ExchangeDirectory
    ) throws(Preflight.Obstacle) {
      var unsafeStop = "its main thread was never where it may be called"
      var hasStopped = true
      var pause: Duration = .microseconds(50)
      var nextLook = ContinuousClock.now
      var patience: Duration = .milliseconds(15)
      while true {
        if folder.isClaimed { return }
        let now = ContinuousClock.now
        if now >= deadline { break }
        if report.visits == 0 || now >= nextLook, report.visits < Self.mostCalls {
          if report.visits == 0 || waitsWithoutLooking {
            do throws(RemoteCall.Failure) {
              try make(call)
            } catch .unsafeStop(let reason) {
              unsafeStop = reason
              wait(pause)
              pause = min(pause * 2, .milliseconds(5))
              continue
            } catch .pending {
              // It waits uninterruptibly, or for a processor.
              hasStopped = false
              try checkAlive(call)
              continue
            } catch {
              throw outcome(of: error)
            }
          }
          nextLook = .now + patience
          patience = min(patience * 2, .milliseconds(500))
        }
        folder.wait(until: min(deadline, nextLook))
        try checkAlive(call)
        try folder.checkFailure(of: process)
      }
      // Once withdrawn the code never runs; if it began just now, its answer is waited for.
      guard folder.withdraw() else { return }
      // Seen at the end only: a signal that stops the process may be followed by SIGCONT.
      if process.isStoppedBySignal { throw .init(outcome: .refused(.stoppedMeanwhile)) }
      if report.visits > 0 { throw .init(outcome: .busy(.noSafePoint(state: describeState()))) }
      throw .init(
        outcome: .busy(hasStopped ? .unsafeStop(reason: unsafeStop) : .uninterruptible))
    }

    private mutating func make(_ call: RemoteCall) throws(RemoteCall.Failure) {
      let begin = ContinuousClock.now
      defer { report.times[.visit, default: .zero] += begin.duration(to: .now) }
      let result = try call.make(until: min(deadline, begin + limits.stop))
      report.visits += 1
      report.longestPause = max(report.longestPause ?? .zero, result.pause)
      report.route = result.route
    }

    private func wait(_ time: Duration) {
      let (_, fraction) = time.components
      var pause = timespec(tv_sec: 0, tv_nsec: Int(fraction / 1_000_000_000))
      nanosleep(&pause, nil)
    }

    private func checkAlive(_ call: RemoteCall) throws(Preflight.Obstacle) {
      guard let status = process.status, status.startTime == call.startTime, !status.isZombie
      else { throw .init(outcome: .gone(.endedMeanwhile)) }
    }

    private func outcome(of failure: RemoteCall.Failure) -> Preflight.Obstacle {
      let outcome: AttachOutcome =
        switch failure {
        case .stopped: .refused(.stopped)
        case .noMemory(let errno): .refused(.noMemory(errno: errno))
        case .unsupported(let unsupported): .unsupported(unsupported)
        case .changed: .gone(.endedMeanwhile)
        case .unsafeStop(let reason): .busy(.unsafeStop(reason: reason))
        case .trace(.gone): .gone(.endedMeanwhile)
        case .pending, .trace(.timedOut): .busy(.uninterruptible)
        case .trace(.unexpected): .busy(.unsafeStop(reason: "\(failure)"))
        case .trace(.refused(let operation, let errno)):
          ProcessCredentials(process)
            .map { .refused($0.refusal(operation: operation, errno: errno)) }
            ?? .gone(.endedMeanwhile)
        }
      return Preflight.Obstacle(outcome: outcome)
    }

    // MARK: What the main thread does, without a stop

    /// The number of the system call in which the main thread is; nil when it runs, or nothing can
    /// be told.
    private var currentCall: UInt64? {
      ProcText(pid: process.pid, file: "task/\(process.pid)/syscall").lines.first
        .flatMap { $0.split(separator: " ").first }.flatMap { UInt64($0) }
    }

    /// Whether the main thread is where it does not look for pending calls.
    private var waitsWithoutLooking: Bool {
      currentCall.map { SystemCall.isWait($0) || SystemCall.isLock($0) } ?? false
    }

    private func describeState() -> String {
      switch (process.status?.state, currentCall) {
      case (_, let call?): "in system call \(call)"
      case ("R", nil): "running code that does not look for work"
      case ("T", nil), ("t", nil): "stopped"
      case (let state?, nil): "state \(state)"
      case (nil, nil): "unknown"
      }
    }
  }
#endif
