internal import CTargetProcess

/// The thread of this process that traces threads of others, and the stops that it has asked for.
///
/// The kernel knows one thread as the tracer of another, so a tracer is made and used on one thread,
/// and one that ends soon: when it ends, however it ends, the kernel detaches everything that it
/// traced. `PTRACE_O_EXITKILL` is never set.
///
/// A thread that did not stop in time cannot be detached from while it runs. The tracer keeps such a
/// seizure: the next ``seize(_:)`` of that thread takes it over with its pending stop, and
/// ``releasePending()`` detaches as soon as the thread has stopped.
public final class Tracer {
  private var pending: Set<Int32> = []

  public init() {}

  /// Begins to trace a thread, without stopping it.
  public func seize(_ id: Int32) throws(TraceError) -> TracedThread {
    if pending.remove(id) != nil { return TracedThread(pending: id, tracer: self) }
    return try TracedThread(seizing: id, tracer: self)
  }

  /// Whether a stop was given up that may still come.
  public var hasPending: Bool { !pending.isEmpty }

  /// Detaches from threads that have stopped after their stop was given up. To be called every few
  /// milliseconds while ``hasPending``: from its stop until then such a thread stands still.
  public func releasePending() {
    for id in pending where TracedThread.releaseIfStopped(id) { pending.remove(id) }
  }

  func keep(pending id: Int32) {
    if !TracedThread.releaseIfStopped(id) { pending.insert(id) }
  }
}

/// Why a thread cannot be traced, or not any further.
public enum TraceError: Error, Hashable, Sendable {
  /// The thread has ended.
  case gone
  /// The thread did not get to the state that was waited for within the time.
  case timedOut(operation: String)
  /// The system refused, with this `errno`.
  case refused(operation: String, errno: Int32)
  /// A stop that nothing here leads to.
  case unexpected(ThreadStop)
}

extension TraceError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .gone: "the thread has ended"
    case .timedOut(let operation): "\(operation) took too long"
    case .refused(let operation, let errno): "\(operation) failed with errno \(errno)"
    case .unexpected(let stop): "the thread stopped unexpectedly: \(stop)"
    }
  }
}

/// Why a traced thread has stopped (ptrace(2), "Stopped states").
public enum ThreadStop: Hashable, Sendable {
  /// The tracer asked for it (`PTRACE_EVENT_STOP`).
  case interrupted
  /// A group stop: this signal stopped its process, before or meanwhile.
  case group(signal: Int32)
  /// At the entry or the exit of a system call.
  case systemCall
  /// Before the delivery of this signal.
  case signal(Int32)
  /// Another `PTRACE_EVENT`, by its number.
  case event(Int32)
}

extension ThreadStop {
  /// As `waitid` reports a traced thread: the signal, and the event in the bits above 8.
  init(status: Int32) {
    let trap: Int32 = 5
    let signal = status & 0xff
    switch status >> 8 {
    case 0 where signal == trap | 0x80: self = .systemCall
    case 0: self = .signal(signal)
    case 128 where signal == trap: self = .interrupted
    case 128: self = .group(signal: signal)
    case let event: self = .event(event)
    }
  }

  /// The signal that has to be passed on when the thread is resumed or detached, or 0: without it a
  /// signal that was about to be delivered would be lost.
  var signalToDeliver: UInt {
    if case .signal(let number) = self { UInt(clamping: number) } else { 0 }
  }
}
