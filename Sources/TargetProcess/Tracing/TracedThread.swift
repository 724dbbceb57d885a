internal import CTargetProcess
import Glibc

/// A thread of another process that this thread traces, from its seizure to its release.
///
/// The value owns the seizure. Whatever path its owner takes, the thread goes on: a stopped thread is
/// detached from at the end of the value's life, and one whose stop is still pending is left to the
/// ``Tracer``, which detaches when the stop comes.
public struct TracedThread: ~Copyable {
  private enum State {
    /// Seized, and no stop was asked for.
    case running
    /// A stop was asked for and has not come.
    case stopping
    case stopped(ThreadStop)
    case released
  }

  public let id: Int32
  private let tracer: Tracer
  private var state: State

  /// Stops at system calls are marked (`PTRACE_O_TRACESYSGOOD`): an unmarked one would leave a real
  /// `SIGTRAP` behind when the tracer is killed there.
  init(seizing id: Int32, tracer: Tracer) throws(TraceError) {
    self.id = id
    self.tracer = tracer
    state = .running
    _ = try Self.call(.seize, id, 0, 1, "PTRACE_SEIZE")
  }

  /// Takes over a seizure with a stop that was asked for.
  init(pending id: Int32, tracer: Tracer) {
    self.id = id
    self.tracer = tracer
    state = .stopping
  }

  deinit {
    switch state {
    case .released: break
    case .stopped(let stop): Self.detach(id, stop)
    case .stopping: tracer.keep(pending: id)
    case .running:
      // The kernel detaches from stopped threads only.
      if (try? Self.call(.interrupt, id, 0, 0, "PTRACE_INTERRUPT")) != nil {
        tracer.keep(pending: id)
      }
    }
  }

  /// Asks for a stop and does not wait for it. From here on the thread runs no instruction of its
  /// program once it has left, or is not in, the kernel.
  public mutating func requestStop() throws(TraceError) {
    guard case .running = state else { return }
    _ = try Self.call(.interrupt, id, 0, 0, "PTRACE_INTERRUPT")
    state = .stopping
  }

  /// Stops the thread, wherever it is, and waits for that. Signals that were on their way are
  /// delivered first.
  ///
  /// - Returns: nil when the time was over first, as in an uninterruptible wait. The stop stays
  ///   asked for: the next call goes on waiting.
  public mutating func stop(until deadline: ContinuousClock.Instant) throws(TraceError)
    -> ThreadStop?
  {
    if case .stopped(let stop) = state { return stop }
    try requestStop()
    while true {
      guard let stop = try waitForStop(until: deadline) else { return nil }
      guard case .signal = stop else { return stop }
      try resume()
      state = .stopping
    }
  }

  /// Resumes the stopped thread until the entry or the exit of its next system call, or any other
  /// stop. The signal before whose delivery it stood is delivered.
  public mutating func resumeToSystemCall(
    until deadline: ContinuousClock.Instant
  ) throws(TraceError) -> ThreadStop {
    try resume(stopsAtSystemCall: true)
    guard let next = try waitForStop(until: deadline) else {
      throw .timedOut(operation: "a system call in the thread")
    }
    return next
  }

  /// Where the thread has stopped, if it has; does not wait.
  public mutating func poll() throws(TraceError) -> ThreadStop? {
    if case .stopped(let stop) = state { return stop }
    return try look()
  }

  /// Resumes the stopped thread and does not wait. The signal before whose delivery it stood is
  /// delivered, or is pending again where the thread's mask blocks it now. A thread whose process is
  /// stopped stays stopped until `SIGCONT`.
  ///
  /// - Parameter stopsAtSystemCall: whether the entry or the exit of its next system call stops it.
  public mutating func resume(stopsAtSystemCall: Bool = false) throws(TraceError) {
    guard case .stopped(let stop) = state else { throw .gone }
    if case .group = stop {
      _ = try Self.call(.listen, id, 0, 0, "PTRACE_LISTEN")
    } else if stopsAtSystemCall {
      _ = try Self.call(.resumeToSystemCall, id, 0, stop.signalToDeliver, "PTRACE_SYSCALL")
    } else {
      _ = try Self.call(.resume, id, 0, stop.signalToDeliver, "PTRACE_CONT")
    }
    state = .running
  }

  /// Gives the seizure up to the kernel, which lets the thread go on when the calling thread ends: the
  /// only way out that stops nothing. The calling thread has to end soon.
  public mutating func leaveToEnd() { state = .released }

  /// Detaches from the stopped thread, which goes on; a thread whose process is stopped stays
  /// stopped. Not stopped, it is left to the tracer.
  public mutating func release() {
    if case .stopped(let stop) = state {
      Self.detach(id, stop)
      state = .released
    }
  }

  private static func detach(_ id: Int32, _ stop: ThreadStop) {
    // It fails for a thread that was killed meanwhile, and then nothing is left to detach from.
    _ = try? call(.detach, id, 0, stop.signalToDeliver, "PTRACE_DETACH")
  }

  /// Detaches from a thread if it has stopped. True when nothing is left to wait for.
  static func releaseIfStopped(_ id: Int32) -> Bool {
    var status: Int32 = 0
    let answer = matrix_wait_stop(id, &status)
    if answer > 0 {
      detach(id, ThreadStop(status: status))
      return true
    }
    // A thread that ends never stops; its end is its parent's to reap.
    if answer < 0 { return answer != -EINTR }
    return LiveProcess(pid: id).status?.isZombie ?? true
  }

  /// Looks for a stop, which stays with the kernel as it is: a tracer that is killed between here and
  /// the resumption loses no signal.
  private mutating func look() throws(TraceError) -> ThreadStop? {
    var status: Int32 = 0
    let answer = matrix_wait_stop(id, &status)
    if answer > 0 {
      let stop = ThreadStop(status: status)
      state = .stopped(stop)
      return stop
    }
    if answer == -ECHILD {
      state = .released
      throw .gone
    }
    if answer < 0, answer != -EINTR { throw .refused(operation: "waitid", errno: -answer) }
    return nil
  }

  /// Polls, because the kernel has no wait for a stop that ends at a time: at first without a pause,
  /// as a stop takes microseconds, then at short intervals, as the thread may be standing still all
  /// that time, and in the end at long ones.
  ///
  /// - Returns: nil when the time was over.
  private mutating func waitForStop(
    until deadline: ContinuousClock.Instant
  ) throws(TraceError) -> ThreadStop? {
    var polls = 0
    while true {
      if let stop = try look() { return stop }
      polls += 1
      if polls < 100 {
        sched_yield()
        continue
      }
      if polls.isMultiple(of: 8) {
        // A thread that ends never stops, and its end is its parent's to reap.
        if LiveProcess(pid: id).status?.isZombie ?? true { throw .gone }
        if ContinuousClock.now >= deadline { return nil }
      }
      var time = timespec(tv_sec: 0, tv_nsec: polls < 400 ? 20_000 : 1_000_000)
      nanosleep(&time, nil)
    }
  }
}
