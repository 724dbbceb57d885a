#if os(Linux) && arch(x86_64)
  import Glibc
  import TargetProcess

  /// Visits a target until its code has begun to run, and waits for its answer.
  ///
  /// One visit is enough but for a thread that begins to wait in a system call between the visit and
  /// its next look for work: it is visited there.
  final class Visitor {
    private let visit: Visit
    private let folder: ExchangeDirectory
    private let limits: AttachLimits
    private let deadline: ContinuousClock.Instant

    private(set) var visits = 0
    private(set) var visitTime: Duration = .zero
    private(set) var longestPause: Duration?
    private(set) var route: Route?

    /// CPython's list of pending calls has 32 places; most of them stay the program's own.
    private static let mostVisits = 12

    init(
      visit: Visit, folder: ExchangeDirectory, limits: AttachLimits,
      deadline: ContinuousClock.Instant
    ) {
      self.visit = visit
      self.folder = folder
      self.limits = limits
      self.deadline = deadline
    }

    private typealias Obstacle = Examination.Obstacle

    func visitUntilClaimed() throws(Examination.Obstacle) {
      var unquiet = "its main thread was never where it may be called"
      var hasStopped = true
      var pause: Duration = .microseconds(50)
      var nextLook = ContinuousClock.now
      var patience: Duration = .milliseconds(15)
      while true {
        if folder.isClaimed { return }
        let now = ContinuousClock.now
        if now >= deadline { break }
        if visits == 0 || now >= nextLook, visits < Self.mostVisits {
          if visits == 0 || waitsWithoutLooking {
            do throws(Visit.Failure) {
              try makeVisit()
            } catch .notQuiet(let reason) {
              unquiet = reason
              wait(pause)
              pause = min(pause * 2, .milliseconds(5))
              continue
            } catch .pending {
              // It waits uninterruptibly, or for a processor.
              hasStopped = false
              continue
            } catch {
              throw outcome(of: error)
            }
          }
          nextLook = .now + patience
          patience = min(patience * 2, .milliseconds(500))
        }
        folder.wait(until: min(deadline, nextLook))
        try checkAlive()
        try folder.checkFailure(of: visit.process)
      }
      // Nobody may run the code after this; and if somebody began just now, it is not our failure.
      guard folder.withdraw() else { return }
      // Seen at the end only: a signal that stops the process may be followed by SIGCONT.
      if visit.process.isStoppedBySignal { throw .init(outcome: .refused(.stoppedMeanwhile)) }
      if visits > 0 { throw .init(outcome: .busy(.noSafePoint(state: describeState()))) }
      throw .init(outcome: .busy(hasStopped ? .noQuietPoint(reason: unquiet) : .uninterruptible))
    }

    func waitForAnswer() throws(Examination.Obstacle) -> Answer {
      try folder.waitForAnswer(
        of: visit.process, until: deadline, pause: folder.wait(until:), checkAlive: checkAlive)
    }

    private func makeVisit() throws(Visit.Failure) {
      let begin = ContinuousClock.now
      defer { visitTime += begin.duration(to: .now) }
      let result = try visit.make(until: min(deadline, begin + limits.stop))
      visits += 1
      longestPause = max(longestPause ?? .zero, result.pause)
      route = result.route
    }

    private func wait(_ time: Duration) {
      let (_, fraction) = time.components
      var pause = timespec(tv_sec: 0, tv_nsec: Int(fraction / 1_000_000_000))
      nanosleep(&pause, nil)
    }

    private func checkAlive() throws(Examination.Obstacle) {
      guard let status = visit.process.status, status.startTime == visit.startTime,
        !status.isZombie
      else { throw .init(outcome: .gone(.endedMeanwhile)) }
    }

    private func outcome(of failure: Visit.Failure) -> Examination.Obstacle {
      let outcome: AttachOutcome =
        switch failure {
        case .stopped: .refused(.stopped)
        case .noMemory(let errno): .refused(.noMemory(errno: errno))
        case .unsupported(let unsupported): .unsupported(unsupported)
        case .changed: .gone(.endedMeanwhile)
        case .notQuiet(let reason): .busy(.noQuietPoint(reason: reason))
        case .trace(.gone): .gone(.endedMeanwhile)
        case .pending, .trace(.timedOut): .busy(.uninterruptible)
        case .trace(.unexpected): .busy(.noQuietPoint(reason: "\(failure)"))
        case .trace(.refused(let operation, let errno)):
          Circumstances(visit.process)
            .map { .refused($0.refusal(operation: operation, errno: errno)) }
            ?? .gone(.endedMeanwhile)
        }
      return Examination.Obstacle(outcome: outcome)
    }
  }

  extension Visitor {
    /// The number of the system call in which the main thread is; nil when it runs, or nothing can
    /// be told. Stops nothing.
    private var currentCall: UInt64? {
      let pid = visit.process.pid
      return ProcText(pid: pid, file: "task/\(pid)/syscall").lines.first
        .flatMap { $0.split(separator: " ").first }.flatMap { UInt64($0) }
    }

    /// Whether the main thread is where it does not look for pending calls.
    private var waitsWithoutLooking: Bool {
      currentCall.map { SystemCall.isWait($0) || SystemCall.isLock($0) } ?? false
    }

    private func describeState() -> String {
      switch (visit.process.status?.state, currentCall) {
      case (_, let call?): "in system call \(call)"
      case ("R", nil): "running code that does not look for work"
      case ("T", nil), ("t", nil): "stopped"
      case (let state?, nil): "state \(state)"
      case (nil, nil): "unknown"
      }
    }
  }
#endif
