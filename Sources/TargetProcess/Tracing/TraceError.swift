/// Why a thread cannot be traced, or not any further.
public enum TraceError: Error, Hashable, Sendable {
  /// The thread has ended.
  case gone
  /// The thread is not in the state that was waited for when the time was over.
  case timedOut(operation: String)
  /// The system refused. `errno` as it gave it.
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
  /// Because its tracer asked for it.
  case interrupted
  /// Its process was stopped by this signal, before or meanwhile.
  case group(signal: Int32)
  /// Before or after a system call.
  case systemCall
  /// It is about to receive this signal.
  case signal(Int32)
  /// An event by its number.
  case event(Int32)
}
