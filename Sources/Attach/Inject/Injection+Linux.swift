#if os(Linux) && arch(x86_64)
  import Glibc
  import TargetProcess

  /// One attach by the legacy injector, from looking to the answer. Blocks its thread.
  struct Injection {
    private let process: LiveProcess
    private let payload: Payload
    private let limits: AttachLimits
    private let begin = ContinuousClock.now
    /// Of the process as it is at the beginning.
    private let startTime: UInt64?
    private let deadline: ContinuousClock.Instant
    private var report: AttachReport

    init(process: LiveProcess, payload: Payload, limits: AttachLimits) {
      self.process = process
      self.payload = payload
      self.limits = limits
      deadline = begin + limits.timeout
      startTime = process.status?.startTime
      // Replaced in every case.
      report = AttachReport(entry: .inject, outcome: .unsupported(.platform))
    }

    mutating func run() -> AttachReport {
      do throws(Examination.Obstacle) {
        report.outcome = .attached(try inject())
      } catch {
        // Whatever was refused to us by then, this is why.
        report.outcome = error.outcome.unlessEnded(process, startTime: startTime)
      }
      return report
    }

    private mutating func inject() throws(Examination.Obstacle) -> Answer {
      var lap = begin
      let target = try Examination(process, limits: limits)
      report.runtime = target.runtime.located
      guard let gadgets = Gadgets.find(process.memory, target.map) else {
        throw .init(outcome: .unsupported(.noWayHome(reason: "its C library is not known")))
      }
      record(.examine, since: &lap)

      let folder = try prepare(target)
      record(.prepare, since: &lap)

      let visitor = Visitor(
        visit: visit(target, gadgets, folder.path), folder: folder, limits: limits,
        deadline: deadline)
      defer {
        report.visits = visitor.visits
        report.longestPause = visitor.longestPause
        report.route = visitor.route
        if visitor.visits > 0 { report.times[.visit] = visitor.visitTime }
      }
      try visitor.visitUntilClaimed()
      report.times[.start] = lap.duration(to: .now) - visitor.visitTime
      lap = .now
      let answer = try visitor.waitForAnswer()
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

    private func prepare(_ target: Examination) throws(Examination.Obstacle) -> ExchangeDirectory {
      do throws(ExchangeDirectory.Failure) {
        return try ExchangeDirectory(
          in: process, startTime: target.startTime, owner: target.fileOwner
        ) { _ in payload.files }
      } catch {
        throw .init(outcome: .refused(.noFolder(reason: error.reason)))
      }
    }

    private func visit(_ target: Examination, _ gadgets: Gadgets, _ folder: String) -> Visit {
      Visit(
        process: process, startTime: target.startTime, runtime: target.runtime, gadgets: gadgets,
        map: target.map,
        bootstrap: Bootstrap(folder: folder, pid: target.innerPID, payload: payload),
        tracer: Tracer())
    }
  }
#endif
