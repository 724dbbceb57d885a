import CPython
import PythonRuntime
import TargetProcess

/// A request that was written for one thread or for several, until it is taken or taken back.
///
/// Every thread that takes a request runs the same script, which runs once: see `claim` in
/// ``ExchangeDirectory``.
struct SafeRequest {
  typealias Obstacle = Preflight.Obstacle

  let target: SafeTarget
  /// The path of the script in the target's mount namespace.
  let path: [UInt8]
  let stopLimit: Duration
  private(set) var others: [FoundThread] = []
  /// Whether the main thread's request was taken back, to be written again.
  private(set) var isWithheld = false

  init(_ target: SafeTarget, path: [UInt8], stopLimit: Duration) {
    self.target = target
    self.path = path
    self.stopLimit = stopLimit
  }

  private func writer(_ thread: FoundThread, isStopped: Bool) -> RequestWriter {
    RequestWriter(
      reader: target.walk.reader, support: target.runtime.support, thread: thread,
      bits: target.runtime.bits, isStopped: isStopped,
      isAbandoned: { ExchangeDirectory.isAbandoned(String(decoding: $0, as: UTF8.self)) })
  }

  // MARK: Writing

  func write() throws(WriteFailure) -> WriteReport {
    if target.mayRunWhileWritten {
      return try writer(target.thread, isStopped: false).write(path)
    }
    // The state of a thread that ends meanwhile is given back, so nothing may run meanwhile.
    let stop: StoppedThreads
    do throws(TraceError) {
      stop = try StoppedThreads(
        of: target.process, target.tracer, until: .now + stopLimit)
    } catch {
      throw WriteFailure(
        step: .check, cause: .access(error.access(target.process.pid)), remains: .nothing,
        report: WriteReport())
    }
    defer { stop.letGo() }
    let thread: FoundThread
    do throws(ThreadSearchError) {
      thread = try target.walk.find()
    } catch {
      throw WriteFailure(
        step: .check, cause: .changed(error), remains: .nothing, report: WriteReport())
    }
    guard thread.address == target.thread.address else {
      throw WriteFailure(
        step: .check, cause: .changed(.mainThreadGone), remains: .nothing, report: WriteReport())
    }
    var report = try writer(thread, isStopped: true).write(path)
    report.pause = stop.letGo()
    return report
  }

  /// Whether a signal may have arrived whose handler CPython has not run.
  var mayHaveSignal: Bool {
    guard let look = try? writer(target.thread, isStopped: false).look(path) else { return false }
    return look.breaker & target.runtime.bits.signals != 0
  }

  /// Takes the main thread's request back: where that thread waits and does not look for it, or before
  /// the delivery of a signal (see ``RequestWatch``).
  mutating func withhold() {
    guard target.mayRunWhileWritten, !isWithheld else { return }
    isWithheld = (try? writer(target.thread, isStopped: false).cancel(path)) == .cancelled
  }

  /// Writes it again.
  mutating func renew() {
    if isWithheld { isWithheld = (try? write()) == nil }
  }

  /// Writes the same request for other threads of the main interpreter.
  ///
  /// - Returns: the kernel's ids of the threads that got it.
  mutating func writeForOthers(
    where isWanted: (Int32) -> Bool, limit: Int
  ) throws(TraceError) -> [Int32] {
    let stop = try StoppedThreads(
      of: target.process, target.tracer, until: .now + stopLimit)
    defer { stop.letGo() }
    guard let (interpreter, _) = try? target.walk.reader.mainInterpreter(),
      let threads = try? target.walk.reader.threads(of: interpreter)
    else { return [] }
    var written: [Int32] = []
    for state in threads where state.address != target.thread.address && written.count < limit {
      guard let id = target.ids.outer(state.nativeID), isWanted(id) else { continue }
      let thread = FoundThread(
        address: state.address, interpreter: interpreter.address, nativeID: state.nativeID,
        isMain: false, isStatic: target.walk.reader.isStatic(thread: state.address),
        candidates: threads.count, interpreters: target.thread.interpreters,
        remoteDebuggingEnabled: interpreter.remoteDebuggingEnabled ?? 0)
      guard (try? writer(thread, isStopped: true).write(path)) != nil else { continue }
      others.append(thread)
      written.append(id)
    }
    return written
  }

  // MARK: Looking and taking back

  /// Whether the main thread has not taken it.
  func isPending() throws(WriteFailure.Cause) -> Bool {
    if isWithheld { return true }
    return try writer(target.thread, isStopped: false).isPending(path)
  }

  /// The path that is where ours was.
  func currentPath() -> [UInt8]? {
    try? writer(target.thread, isStopped: false).path()
  }

  /// Takes back whatever of it was not taken.
  mutating func cancel() {
    if target.mayRunWhileWritten, others.isEmpty {
      _ = try? writer(target.thread, isStopped: false).cancel(path)
      return
    }
    guard
      let stop = try? StoppedThreads(
        of: target.process, target.tracer, until: .now + stopLimit)
    else {
      return
    }
    defer { stop.letGo() }
    guard let (interpreter, _) = try? target.walk.reader.mainInterpreter(),
      let threads = try? target.walk.reader.threads(of: interpreter)
    else { return }
    let living = Set(threads.map(\.address))
    for thread in others + [target.thread] where living.contains(thread.address) {
      _ = try? writer(thread, isStopped: true).cancel(path)
    }
    others = []
  }
}

extension TraceError {
  func access(_ pid: Int32) -> ProcessAccessError {
    switch self {
    case .gone: .gone(pid: pid)
    case .refused(let operation, let errno) where errno == 1 || errno == 13:
      .notPermitted(pid: pid, errno: errno, what: "stop it (\(operation))")
    case .refused(let operation, let errno):
      .failed(pid: pid, errno: errno, what: "stop it (\(operation))")
    case .timedOut, .unexpected: .failed(pid: pid, errno: 110, what: "stop it (\(self))")
    }
  }
}

/// All threads of a process, stopped, so that nothing in it changes. They go on with the last
/// reference, or when the tracing thread ends.
final class StoppedThreads {
  /// An array cannot hold what cannot be copied.
  private final class Held {
    var thread: TracedThread
    init(_ thread: consuming TracedThread) { self.thread = thread }
  }

  private var held: [Held] = []
  private let begin = ContinuousClock.now

  /// Stops every thread, and looks again until none was started meanwhile.
  ///
  /// A thread in an uninterruptible wait is not waited for: its stop was asked for, so it runs no
  /// instruction of the program before it has stopped.
  init(
    of process: LiveProcess, _ tracer: Tracer, until deadline: ContinuousClock.Instant
  ) throws(TraceError) {
    var seen: Set<Int32> = []
    do throws(TraceError) {
      while true {
        let new = process.threads.subtracting(seen)
        if new.isEmpty { break }
        seen.formUnion(new)
        // All are asked before the first is waited for.
        var asked: [Held] = []
        for id in new {
          do throws(TraceError) {
            let one = Held(try tracer.seize(id))
            try one.thread.requestStop()
            asked.append(one)
          } catch .gone {
            // A thread may end at any time.
            continue
          }
        }
        for one in asked where try Self.stop(one, until: deadline) { held.append(one) }
      }
    } catch {
      letGo()
      throw error
    }
    if held.isEmpty { throw .gone }
  }

  /// False when the thread has ended.
  private static func stop(
    _ one: Held, until deadline: ContinuousClock.Instant
  ) throws(TraceError) -> Bool {
    do throws(TraceError) {
      while try one.thread.stop(until: min(deadline, .now + .milliseconds(10))) == nil {
        if LiveProcess(pid: one.thread.id).status?.state == "D" { return true }
        if .now >= deadline { throw .timedOut(operation: "stopping the thread") }
      }
      return true
    } catch .gone {
      return false
    }
  }

  /// Lets every thread go on; how long they were stopped.
  @discardableResult
  func letGo() -> Duration {
    for one in held { one.thread.release() }
    // The end of the others leaves them to the tracer.
    held = []
    return begin.duration(to: .now)
  }

  deinit { letGo() }
}
