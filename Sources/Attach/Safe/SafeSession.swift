import CPython
import Glibc
import PythonRuntime
import TargetProcess

/// One safe attach, from looking to the answer. Blocks its thread.
struct SafeSession {
  typealias Obstacle = Preflight.Obstacle

  private let process: LiveProcess
  private let payload: Payload
  private let limits: AttachLimits
  private let options: SafeOptions
  private let begin = ContinuousClock.now
  private let deadline: ContinuousClock.Instant
  private var report: AttachReport
  private var safe: SafeReport
  /// The process's start time, once it was read.
  private var startTime: UInt64?
  /// The thread that a request was written for, by the kernel's id.
  private var mainThread: Int32?
  /// Whether it was waiting when the request was written.
  private var mayHaveWaited = false
  private let checkpoint: AttachCheckpoint.Observer?

  init(
    process: LiveProcess, payload: Payload, limits: AttachLimits, options: SafeOptions,
    checkpoint: AttachCheckpoint.Observer?
  ) {
    self.checkpoint = checkpoint
    self.process = process
    self.payload = payload
    self.limits = limits
    self.options = options
    deadline = begin + limits.timeout
    // Replaced in every case.
    report = AttachReport(entry: .safe, outcome: .unsupported(.platform))
    safe = SafeReport()
  }

  mutating func run() -> AttachReport {
    do throws(Obstacle) {
      report.outcome = .attached(try attach())
    } catch {
      // Whatever was refused to us by then, this is why.
      report.outcome = error.outcome.unlessEnded(process, startTime: startTime)
    }
    if let mainThread, let runtime = report.runtime, process.status?.startTime == startTime {
      LastLook(
        process: process, runtime: runtime, thread: mainThread, wasWaiting: mayHaveWaited,
        checkpoint: checkpoint
      ).make()
    }
    report.safe = safe
    return report
  }

  private mutating func attach() throws(Obstacle) -> Answer {
    var lap = begin
    let target = try locate()
    record(.examine, since: &lap)
    guard options.switches.writes else { throw refuse(.notWriting) }
    let folder = try prepare(target)
    let path = Array("\(folder.path)/\(Self.script)".utf8)
    record(.prepare, since: &lap)

    let begun = DedicatedThread.join { self.begin(target, path, folder, since: &lap) }
    var wait = try begun.get()
    mayHaveWaited = wait.wakeCount > 0
    defer { mayHaveWaited = mayHaveWaited || wait.hasToldOfSignal }
    let answer = try wait.forAnswer()
    record(.finish, since: &lap)
    return answer
  }

  /// Writes the request and waits until its script has begun, while all signals are watched. The end of
  /// the calling thread lets the target's threads go.
  private mutating func begin(
    _ target: SafeTarget, _ path: [UInt8], _ folder: ExchangeDirectory,
    since lap: inout ContinuousClock.Instant
  ) -> Result<SafeWait, Obstacle> {
    var target = target
    target.tracer = Tracer()
    mainThread = target.mainID
    var wait = SafeWait(
      request: SafeRequest(target, path: path, stopLimit: limits.stop), folder: folder,
      deadline: deadline, limits: limits, wakes: options.wakes,
      leavesToInjector: options.leavesToInjector && options.wakes && target.allowsInjector,
      checkpoint: checkpoint)
    defer {
      wait.endWatch()
      (safe.wake, safe.wakes, safe.wait) = (wait.method, wait.wakeCount, wait.sentence)
      safe.needsInjector = wait.needsInjector && target.allowsInjector
    }
    wait.beginWatch()
    do throws(WriteFailure) {
      let written = try wait.request.write()
      safe.write = written
      report.longestPause = written.pause
      if written.pause != nil { report.visits = 1 }
    } catch {
      safe.write = error.report
      record(.write, since: &lap)
      return .failure(obstacle(error, target))
    }
    record(.write, since: &lap)
    defer { wait.takeBack() }
    do throws(Obstacle) {
      try wait.forStart()
    } catch {
      mayHaveWaited = wait.wakeCount > 0
      return .failure(error)
    }
    record(.start, since: &lap)
    return .success(wait)
  }

  private static let script = "script"

  private mutating func locate() throws(Obstacle) -> SafeTarget {
    var search = SafeSearch(
      process: process, limits: limits, switches: options.switches, cache: .shared)
    defer { (safe, startTime) = (search.report, search.startTime) }
    let target = try search.run()
    search.report.thread = target.thread
    report.runtime = target.runtime.located
    return target
  }

  private func prepare(_ target: SafeTarget) throws(Obstacle) -> ExchangeDirectory {
    let signalMask: UInt64? = target.mainID.flatMap { id in
      ProcText(pid: process.pid, file: "task/\(id)/status").number("SigBlk", radix: 16)
    }
    do throws(ExchangeDirectory.Failure) {
      let limit = Int(clamping: target.runtime.support.scriptPathSize) - 1
      return try ExchangeDirectory(
        in: process, startTime: target.startTime, owner: target.fileOwner
      ) { (path) throws(ExchangeDirectory.Failure) in
        guard path.utf8.count + 1 + Self.script.utf8.count <= limit else {
          throw ExchangeDirectory.Failure(reason: "its path is too long")
        }
        // Signals reach the thread as they did before, and the script changes nothing about it.
        var quiet = payload
        quiet.receivesSignals = false
        let bootstrap = Bootstrap(folder: path, pid: target.ids.innerPID, payload: quiet)
        let script = bootstrap.script(signalMask: signalMask)
        return payload.files + [.init(name: Self.script, text: script)]
      }
    } catch {
      throw .init(outcome: .refused(.noFolder(reason: error.reason)))
    }
  }

  private mutating func record(
    _ phase: AttachReport.Phase, since lap: inout ContinuousClock.Instant
  ) {
    let now = ContinuousClock.now
    report.times[phase] = lap.duration(to: now)
    lap = now
  }

  private func refuse(_ refusal: SafeRefusal) -> Obstacle {
    Obstacle(outcome: .refused(.safe(refusal)))
  }

  private func obstacle(_ failure: WriteFailure, _ target: SafeTarget) -> Obstacle {
    switch failure.cause {
    case .access(.gone): return Obstacle(outcome: .gone(.endedMeanwhile))
    case .access(let error) where failure.remains != .unknown:
      if case .notPermitted = error {
        return Preflight.obstacle(error, target.credentials, "write its memory")
      }
      return refuse(.writeFailed(failure))
    case .otherRequest(let path), .overwritten(let path):
      return refuse(.otherDebugger(script: path))
    case .switchedOff: return refuse(.switchedOff(SwitchOrigin.of(process)))
    case .pathTooLong(let count, let limit):
      return refuse(.pathTooLong(count: count, limit: limit))
    case .changed(.mainThreadGone): return refuse(.mainThreadGone)
    default: return refuse(.writeFailed(failure))
    }
  }
}
