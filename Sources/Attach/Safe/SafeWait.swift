import Glibc
import PythonRuntime
import TargetProcess

/// The time from a written request to the answer: looks whether the target takes it, wakes it where
/// that is possible, and tells apart why it does not.
struct SafeWait {
  typealias Obstacle = Preflight.Obstacle

  var request: SafeRequest
  let folder: ExchangeDirectory
  let deadline: ContinuousClock.Instant
  let limits: AttachLimits
  let wakes: Bool
  let leavesToInjector: Bool

  var method = WakeMethod.none
  var wakeCount = 0
  private(set) var sentence: String?
  private(set) var needsInjector = false
  /// Looks in a row that found every thread of the main interpreter out of reach.
  var looksOutOfReach = 0
  var lastWait: ThreadWait?
  /// Whether the last wait is in a call that code outside of CPython made.
  var isForeignCall = false
  var wakesOfMainThread = 0
  var watch: RequestWatch?
  /// When a signal was last let through to the main thread, whose handler has to come first.
  var lastSignal: ContinuousClock.Instant?
  /// How often the request was taken back for a signal.
  var takebacks = 0
  /// Whether the answer says that a signal handler of the program has raised.
  private(set) var hasToldOfSignal = false
  let checkpoint: AttachCheckpoint.Observer?

  /// From taking the request to the first line of the script, a target opens and compiles a file,
  /// and may have to wait for the GIL and for a processor in between.
  private static let startLimit = Duration.seconds(1)
  /// Processor time, in nanoseconds; a hundred times what the start of the script takes.
  private static let startWork: UInt64 = 100_000_000
  static let mostOthers = 8
  /// A main thread that is in a call again after so many wakes, with the request pending, is in code
  /// that begins its call again by itself.
  static let wakesUntilForeign = 2
  /// Looks in a row, the pauses between them doubling from 1 ms.
  static let looksUntilLeft = 4

  init(
    request: SafeRequest, folder: ExchangeDirectory, deadline: ContinuousClock.Instant,
    limits: AttachLimits, wakes: Bool, leavesToInjector: Bool,
    checkpoint: AttachCheckpoint.Observer?
  ) {
    self.checkpoint = checkpoint
    self.request = request
    self.folder = folder
    self.deadline = deadline
    self.limits = limits
    self.wakes = wakes
    self.leavesToInjector = leavesToInjector
  }

  var target: SafeTarget { request.target }

  mutating func forStart() throws(Obstacle) {
    var pause = Duration.milliseconds(1)
    var nextLook = ContinuousClock.now
    var taken: (time: ContinuousClock.Instant, work: UInt64?)?
    while !folder.isClaimed {
      let now = ContinuousClock.now
      if now >= deadline { return try giveUp() }
      if now >= nextLook {
        if try isPending() {
          if wakes { wake() } else { renew() }
          if isOutOfReach, leavesToInjector { return try giveUp() }
        } else if target.process.isStoppedBySignal {
          taken = nil
        } else if let taken {
          if now - taken.time > Self.startLimit, hasHadItsChance(since: taken.work) {
            return try explainSilence()
          }
        } else {
          taken = (now, work)
        }
        nextLook = now + pause
        pause = min(pause * 2, .milliseconds(100))
      }
      pauseUntil(min(deadline, nextLook))
      try checkAlive()
      try folder.checkFailure(of: target.process)
    }
  }

  /// Waits for the folder to change. A thread that stops only now, after its stop was given up, is
  /// released meanwhile.
  private mutating func pauseUntil(_ time: ContinuousClock.Instant) {
    target.tracer.releasePending()
    guard watch != nil else {
      folder.wait(until: target.tracer.hasPending ? min(time, .now + .milliseconds(1)) : time)
      return
    }
    let begin = ContinuousClock.now
    while !folder.isClaimed, .now < time {
      serveSignals()
      if begin.duration(to: .now) < .milliseconds(5) {
        usleep(20)
      } else {
        folder.wait(until: min(time, .now + .milliseconds(1)))
      }
    }
  }

  /// Takes back what was written for threads that did not take it.
  mutating func takeBack() { request.cancel() }

  mutating func forAnswer() throws(Obstacle) -> Answer {
    defer { hasToldOfSignal = folder.answer().map(Answer.tellsOfSignal) ?? false }
    let wait = self
    return try folder.waitForAnswer(
      of: target.process, until: deadline, pause: folder.wait(until:), checkAlive: wait.checkAlive)
  }

  private mutating func isPending() throws(Obstacle) -> Bool {
    do throws(WriteFailure.Cause) {
      return try request.isPending()
    } catch {
      try checkAlive()
      return true
    }
  }

  /// Returns only when the script has begun after all.
  private mutating func giveUp() throws(Obstacle) {
    // Where it was before we last disturbed it, if we looked.
    let wait = lastWait ?? look(target.thread)
    guard folder.withdraw() else { return }
    if target.process.isStoppedBySignal { throw Obstacle(outcome: .refused(.stoppedMeanwhile)) }
    let sentence = wait.sentence + (isForeignCall ? ", made by code outside of CPython" : "")
    self.sentence = sentence
    needsInjector = isOutOfReach
    throw Obstacle(outcome: .busy(.noSafePoint(state: sentence)))
  }

  /// For how long the main thread has run, in nanoseconds; nil where the kernel does not count.
  private var work: UInt64? {
    target.mainID.flatMap { ThreadWait.work(of: $0, in: target.process.pid) }
  }

  /// Whether a thread that took the request would have begun by now, on a machine with more work than
  /// processors too.
  private func hasHadItsChance(since before: UInt64?) -> Bool {
    switch look(target.thread) {
    case .interpreterLock: false
    case .running:
      if let before, let work { work >= before + Self.startWork } else { true }
    case .epoll, .retriedCall, .lock, .otherCall, .unknown: true
    }
  }

  /// The request is gone and nothing has begun.
  private func explainSilence() throws(Obstacle) {
    let path = request.currentPath()
    let isReadable = folder.isScriptReadable
    guard folder.withdraw() else { return }
    let refusal: SafeRefusal
    if let path, path != request.path {
      refusal = .otherDebugger(script: String(decoding: path, as: UTF8.self))
    } else if !isReadable {
      refusal = .scriptUnreadable(path: String(decoding: request.path, as: UTF8.self))
    } else {
      // Not from the credentials of before the request, which may be those of an earlier attach.
      let now = ProcessCredentials(target.process)
      refusal = .scriptNotRun(hasFilter: (now?.seccomp ?? 0) != 0)
    }
    throw Obstacle(outcome: .refused(.safe(refusal)))
  }

  private func checkAlive() throws(Obstacle) {
    guard let status = target.process.status, status.startTime == target.startTime else {
      throw .init(outcome: .gone(.endedMeanwhile))
    }
    if status.isOver {
      throw .init(
        outcome: target.process.hasEnded(since: target.startTime)
          ? .gone(.endedMeanwhile) : .refused(.safe(.mainThreadGone)))
    }
  }
}
