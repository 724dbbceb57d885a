import Dispatch
import Glibc
import Synchronization

/// Waits for the end of one child process through its pidfd, and leaves reaping it to its parent.
///
/// The watch owns the descriptor that it waits on, a duplicate of the pidfd.
final class ExitWatch: Sendable {
  /// The reason for which a process's end cannot be known.
  enum Failure: Error, Hashable, CustomStringConvertible {
    /// pidfd_open(2) failed or is not there.
    case noDescriptor
    case cannotDuplicate(errno: Int32)
    case cannotWatch(errno: Int32)
    case cannotWait(errno: Int32)
    /// A `si_code` that waitid(2) does not give for `WEXITED`.
    case unknownCode(Int32)

    var description: String {
      switch self {
      case .noDescriptor: "the system gave no pidfd for the program"
      case .cannotDuplicate(let number): "the program's pidfd: \(Self.text(number))"
      case .cannotWatch(let number): "no thread to watch the program: \(Self.text(number))"
      case .cannotWait(let number): "waitid for the program: \(Self.text(number))"
      case .unknownCode(let code): "waitid for the program gave the code \(code)"
      }
    }

    private static func text(_ number: Int32) -> String { String(cString: strerror(number)) }
  }

  private struct State {
    /// Nil once the watch has been stopped, and may have closed it.
    var descriptor: Int32?
    var watch: DescriptorWatch?
    var end: Result<Termination, Failure>?
    var waiters: [UInt64: CheckedContinuation<Void, Never>] = [:]
    var nextWaiter: UInt64 = 0
  }

  private let state: Mutex<State>

  /// - Parameters:
  ///   - pidfd: a descriptor of pidfd_open(2), which becomes readable when its process ends. It is the
  ///     caller's, who may close it at any time.
  ///   - onClose: called once, when the watch has closed its own descriptor.
  init(pidfd: Int32, onClose: @escaping @Sendable () -> Void = {}) throws(Failure) {
    guard pidfd >= 0 else { throw .noDescriptor }
    let own = fcntl(pidfd, F_DUPFD_CLOEXEC, 0)
    guard own >= 0 else { throw .cannotDuplicate(errno: errno) }
    state = Mutex(State(descriptor: own))
    do {
      let watch = try DescriptorWatch(
        owning: own,
        onReadable: { [self] in
          if look() { return false }
          // While a thread of ours traces the process, its end is told to the tracer first.
          usleep(1000)
          return true
        }, onClose: onClose)
      // The process may have ended already, and with it the watch.
      state.withLock { $0.watch = $0.descriptor == nil ? nil : watch }
    } catch {
      throw .cannotWatch(errno: error.errno)
    }
  }

  /// How the process ended; nil while it runs, as far as anybody has looked.
  var end: Result<Termination, Failure>? { state.withLock { $0.end } }

  /// Asks the kernel whether the process has ended, without waiting.
  ///
  /// - Returns: whether ``end`` is known.
  @discardableResult
  func look() -> Bool {
    let waiters = state.withLock { state -> [CheckedContinuation<Void, Never>]? in
      guard state.end == nil, let descriptor = state.descriptor else { return [] }
      guard let end = Self.end(of: descriptor) else { return nil }
      state.end = end
      return Self.stop(&state)
    }
    for waiter in waiters ?? [] { waiter.resume() }
    return waiters != nil
  }

  /// Waits until the process has ended, the watch is closed, or the task is cancelled.
  func wait() async { await wait(limit: nil) }

  /// Waits until the process has ended, the watch is closed, or the time is up, even in a task that is
  /// cancelled. The kernel is asked once more at the end.
  ///
  /// - Returns: whether the process has ended.
  func wait(atMost limit: Duration) async -> Bool {
    if look() { return end != nil }
    await Task { await wait(limit: limit) }.value
    look()
    return end != nil
  }

  /// Ends the watch and every wait.
  func close() {
    let waiters = state.withLock { Self.stop(&$0) }
    for waiter in waiters { waiter.resume() }
  }

  private func wait(limit: Duration?) async {
    let waiter = state.withLock { state in
      state.nextWaiter += 1
      return state.nextWaiter
    }
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let isOver = state.withLock { state in
          if state.end != nil || state.descriptor == nil || Task.isCancelled { return true }
          state.waiters[waiter] = continuation
          return false
        }
        if isOver { return continuation.resume() }
        guard let limit else { return }
        DispatchQueue.global().asyncAfter(deadline: .now() + limit.inSeconds) {
          self.resume(waiter)
        }
      }
    } onCancel: {
      resume(waiter)
    }
  }

  private func resume(_ waiter: UInt64) {
    state.withLock { $0.waiters.removeValue(forKey: waiter) }?.resume()
  }

  private static func stop(_ state: inout State) -> [CheckedContinuation<Void, Never>] {
    state.descriptor = nil
    state.watch?.stop()
    state.watch = nil
    defer { state.waiters = [:] }
    return Array(state.waiters.values)
  }

  /// - Returns: nil while the process runs.
  private static func end(of descriptor: Int32) -> Result<Termination, Failure>? {
    let pidfd = idtype_t(rawValue: 3)  // P_PIDFD, which the headers show to C alone
    var info = siginfo_t()
    while waitid(pidfd, id_t(descriptor), &info, WEXITED | WNOWAIT | WNOHANG) != 0 {
      if errno != EINTR { return .failure(.cannotWait(errno: errno)) }
    }
    let child = info._sifields._sigchld
    guard child.si_pid != 0 else { return nil }
    switch Int(info.si_code) {
    case Int(CLD_EXITED): return .success(.exited(Int(child.si_status)))
    case Int(CLD_KILLED), Int(CLD_DUMPED): return .success(.signalled(Int(child.si_status)))
    default: return .failure(.unknownCode(info.si_code))
    }
  }
}

extension Duration {
  /// For interfaces that count in seconds.
  var inSeconds: Double { self / .seconds(1) }
}
