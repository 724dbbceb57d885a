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

  private(set) var method = WakeMethod.none
  private(set) var wakeCount = 0
  private(set) var sentence: String?
  private(set) var needsInjector = false
  /// Looks in a row that found every thread of the main interpreter out of reach.
  private var looksOutOfReach = 0
  private var lastWait: ThreadWait?
  /// Whether the last wait is in a call that code outside of CPython made.
  private var isForeignCall = false
  private var wakesOfMainThread = 0

  /// From taking the request to the first line of the script, a target opens and compiles a file,
  /// and may have to wait for the GIL and for a processor in between.
  private static let startLimit = Duration.seconds(1)
  /// Processor time, in nanoseconds; a hundred times what the start of the script takes.
  private static let startWork: UInt64 = 100_000_000
  private static let mostOthers = 8
  /// A main thread that is in a call again after so many wakes, with the request pending, is in code
  /// that begins its call again by itself.
  private static let wakesUntilForeign = 2
  /// Looks in a row, the pauses between them doubling from 1 ms.
  private static let looksUntilLeft = 4

  init(
    request: SafeRequest, folder: ExchangeDirectory, deadline: ContinuousClock.Instant,
    limits: AttachLimits, wakes: Bool, leavesToInjector: Bool
  ) {
    self.request = request
    self.folder = folder
    self.deadline = deadline
    self.limits = limits
    self.wakes = wakes
    self.leavesToInjector = leavesToInjector
  }

  private var target: SafeTarget { request.target }

  mutating func forStart() throws(Obstacle) {
    var pause = Duration.milliseconds(1)
    var nextLook = ContinuousClock.now
    var taken: (time: ContinuousClock.Instant, work: UInt64?)?
    while !folder.isClaimed {
      let now = ContinuousClock.now
      if now >= deadline { return try giveUp() }
      if now >= nextLook {
        if try isPending() {
          if wakes { wake() }
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
  private func pauseUntil(_ time: ContinuousClock.Instant) {
    target.tracer.releasePending()
    folder.wait(until: target.tracer.hasPending ? min(time, .now + .milliseconds(1)) : time)
  }

  /// Takes back what was written for threads that did not take it.
  mutating func takeBack() { request.cancel() }

  mutating func forAnswer() throws(Obstacle) -> Answer {
    defer {
      if let bytes = folder.answer(), Answer.tellsOfSignal(bytes) { wakeForSignal() }
    }
    let wait = self
    return try folder.waitForAnswer(
      of: target.process, until: deadline, pause: wait.pauseUntil, checkAlive: wait.checkAlive)
  }

  /// What a handler raised is raised again when the script is over. A thread that begins to wait
  /// right then would not look before the end of its wait.
  private mutating func wakeForSignal() {
    var rest = 3
    let end = min(deadline, .now + .milliseconds(30))
    while rest > 0, .now < end, (try? checkAlive()) != nil {
      folder.wait(until: .now + .milliseconds(2))
      switch look(target.thread) {
      case .epoll, .retriedCall, .lock:
        if let id = target.ids.outer(target.thread.nativeID) { wakeOne(id, endsLocks: true) }
        rest -= 1
      case .running, .interpreterLock, .otherCall, .unknown: break
      }
    }
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
    target.ids.outer(target.thread.nativeID).flatMap { id in
      ProcText(pid: target.process.pid, file: "task/\(id)/schedstat").lines.first?
        .split(separator: " ").first.flatMap { UInt64($0) }
    }
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

extension SafeWait {
  private func look(_ thread: FoundThread) -> ThreadWait {
    guard let id = target.ids.outer(thread.nativeID) else { return .unknown }
    return look(id)
  }

  private func look(_ id: Int32) -> ThreadWait {
    ThreadWait(target.process.pid, thread: id, runtime: target.runtimeRange)
  }

  /// Does what the thread's wait asks for, if there is anything.
  private mutating func wake() {
    guard let id = target.ids.outer(target.thread.nativeID) else { return }
    let wait = look(id)
    lastWait = wait
    isForeignCall = false
    switch wait {
    case .lock, .otherCall: request.withhold()
    case .running, .interpreterLock, .epoll, .retriedCall, .unknown: request.renew()
    }
    switch wait {
    case .running, .interpreterLock, .unknown:
      looksOutOfReach = 0
      return
    case .epoll, .retriedCall:
      // CPython takes the request before it begins a call again; uvloop, for one, does not.
      let result = wakeOne(id)
      if case .woken = result { wakesOfMainThread += 1 }
      isForeignCall = result == .foreign || wakesOfMainThread > Self.wakesUntilForeign
    case .otherCall: isForeignCall = !isOwnCall(id)
    case .lock: break
    }
    guard wait == .lock || isForeignCall else {
      looksOutOfReach = 0
      if case .otherCall = wait { wakeOthers() }
      return
    }
    wakeOthers()
    looksOutOfReach = request.others.isEmpty ? looksOutOfReach + 1 : 0
  }

  /// Whether neither the main thread nor another one of its interpreter comes to look for the
  /// request: a lock, or a call that code outside of CPython made and makes again.
  private var isOutOfReach: Bool { looksOutOfReach >= Self.looksUntilLeft }

  /// Whether CPython's own code made the call in which a thread is, told without stopping it.
  private func isOwnCall(_ id: Int32) -> Bool {
    guard let place = ThreadWait.place(of: id, in: target.process.pid) else { return true }
    let site = CallSite(memory: target.process.memory, map: target.currentMap)
    let caller = site.caller(stack: place.stack, instruction: place.instruction)
    return caller?.isInterpreter(target.runtime.located.file) ?? true
  }

  @discardableResult
  private mutating func wakeOne(_ id: Int32, endsLocks: Bool = false) -> Waker.Result {
    let waker = Waker(
      process: target.process, map: target.currentMap, runtime: target.runtime.located.file,
      tracer: target.tracer, endsLocks: endsLocks)
    guard let result = try? waker.wake(id, until: min(deadline, .now + limits.stop)) else {
      // Another process traces it.
      return .foreign
    }
    guard case .woken(let found) = result else { return result }
    if method != .otherThread { method = found }
    wakeCount += 1
    return result
  }

  /// Lets another thread run the script: one that looks by itself, else one that can be woken.
  private mutating func wakeOthers() {
    guard request.others.isEmpty else { return }
    let main = target.ids.outer(target.thread.nativeID)
    let waits = Dictionary(
      uniqueKeysWithValues: target.process.threads.map { ($0, look($0)) })
    // Nothing is stopped for nothing.
    if waits.contains(where: { $0 != main && $1.comesByItself }),
      let ids = try? request.writeForOthers(
        where: { waits[$0]?.comesByItself ?? false }, limit: Self.mostOthers), !ids.isEmpty
    {
      method = .otherThread
      wakeCount += 1
      return
    }
    func canBeWoken(_ id: Int32) -> Bool {
      switch waits[id] {
      case .epoll?, .retriedCall?: true
      default: false
      }
    }
    guard waits.keys.contains(where: { canBeWoken($0) && $0 != main }),
      let ids = try? request.writeForOthers(where: canBeWoken, limit: 1), let id = ids.first
    else { return }
    method = .otherThread
    wakeOne(id)
  }
}
