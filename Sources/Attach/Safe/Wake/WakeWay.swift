/// How a thread was brought to look for its request.
public enum WakeWay: String, Hashable, Sendable {
  /// It did so by itself.
  case none
  /// Its wait in epoll was interrupted.
  case interrupt
  /// Its system call, made by the interpreter's code, ended with `EINTR`.
  case endedCall = "ended-call"
  /// Its main thread waits for a lock; another thread got the request as well.
  case otherThread = "other-thread"
}
