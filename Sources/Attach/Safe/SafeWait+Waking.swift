import Glibc
import PythonRuntime
import TargetProcess

/// Bringing a thread to look for its request.
extension SafeWait {
  func look(_ thread: FoundThread) -> ThreadWait {
    guard let id = target.ids.outer(thread.nativeID) else { return .unknown }
    return look(id)
  }

  func look(_ id: Int32) -> ThreadWait {
    ThreadWait(target.process.pid, thread: id, runtime: target.runtimeRange)
  }

  /// Does what the thread's wait asks for, if there is anything.
  mutating func wake() {
    guard let id = target.ids.outer(target.thread.nativeID) else { return }
    let wait = look(id)
    lastWait = wait
    isForeignCall = false
    switch wait {
    case .lock, .otherCall: request.withhold()
    case .running, .interpreterLock, .epoll, .retriedCall, .unknown: renew()
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
  var isOutOfReach: Bool { looksOutOfReach >= Self.looksUntilLeft }

  /// Whether CPython's own code made the call in which a thread is, told without stopping it.
  private func isOwnCall(_ id: Int32) -> Bool {
    guard let call = ThreadWait.call(of: id, in: target.process.pid) else { return true }
    let site = CallSite(memory: target.process.memory, map: target.currentMap)
    let caller = site.caller(stack: call.stack, instruction: call.instruction)
    return caller?.isInterpreter(target.runtime.located.file) ?? true
  }

  @discardableResult
  mutating func wakeOne(_ id: Int32) -> Waker.Result {
    let waker = Waker(
      process: target.process, map: target.currentMap, runtime: target.runtime.located.file,
      tracer: target.tracer)
    let end = min(deadline, .now + limits.stop)
    guard let result = try? wake(id, waker, until: end) else {
      // Another process traces it.
      return .foreign
    }
    guard case .woken(let found) = result else { return result }
    if method != .otherThread { method = found }
    wakeCount += 1
    return result
  }

  private mutating func wake(
    _ id: Int32, _ waker: Waker, until end: ContinuousClock.Instant
  ) throws(TraceError) -> Waker.Result {
    guard let watch, id == target.mainID else { return try waker.wake(id, until: end) }
    let checkpoint = checkpoint
    do throws(TraceError) {
      let result = try watch.stopMain(
        until: end, { decide() }, elsewhere: { decideElsewhere(since: $0) }
      ) { (thread) throws(TraceError) in
        let result = try waker.use(thread)
        checkpoint?(.wakes)
        return result
      }
      return result ?? .notWaiting
    } catch .unexpected {
      self.watch = nil
      return .notWaiting
    }
  }

  /// Lets another thread run the script: one that looks by itself, else one that can be woken.
  private mutating func wakeOthers() {
    guard request.others.isEmpty else { return }
    // The other threads are needed, and the main thread's request was taken back.
    watch = nil
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
