import Dispatch
import Synchronization

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Tells when a child process has ended and how, without reaping it.
final class ExitWatch: Sendable {
  private struct State {
    var termination: Termination?
    var waiters: [UInt64: CheckedContinuation<Void, Never>] = [:]
    var nextWaiter: UInt64 = 0
  }

  private let state = Mutex(State())
  // Cancelling, all that is done with it later, may be done from any thread.
  private nonisolated(unsafe) let source: any DispatchSourceRead

  /// - Parameter processDescriptor: a pidfd (pidfd_open(2)), which becomes readable when its process
  ///   ends. It must stay open until ``cancel()`` has been called or the process has ended.
  init(processDescriptor: Int32) {
    source = DispatchSource.makeReadSource(
      fileDescriptor: processDescriptor, queue: DispatchQueue(label: "matrix.exit"))
    source.setEventHandler { [self] in self.note(processDescriptor) }
    source.resume()
  }

  /// How the process ended; nil before it has.
  var termination: Termination? { state.withLock { $0.termination } }

  /// Waits until the process has ended, or the task is cancelled.
  func wait() async {
    let waiter = state.withLock { state in
      state.nextWaiter += 1
      return state.nextWaiter
    }
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let isOver = state.withLock { state in
          if state.termination != nil || Task.isCancelled { return true }
          state.waiters[waiter] = continuation
          return false
        }
        if isOver { continuation.resume() }
      }
    } onCancel: {
      state.withLock { $0.waiters.removeValue(forKey: waiter) }?.resume()
    }
  }

  func cancel() { source.cancel() }

  private func note(_ processDescriptor: Int32) {
    source.cancel()
    var info = siginfo_t()
    let pidfd = idtype_t(rawValue: 3)  // P_PIDFD, which the headers show to C alone
    let result = waitid(pidfd, id_t(processDescriptor), &info, WEXITED | WNOWAIT)
    let status = Int(info._sifields._sigchld.si_status)
    let hasExited = info.si_code == CLD_EXITED
    let waiters = state.withLock { state in
      // Nobody else can have reaped it: its parent, the launch below us, waits for our answer.
      state.termination = result != 0 || hasExited ? .exited(status) : .signalled(status)
      defer { state.waiters = [:] }
      return state.waiters.values
    }
    for waiter in waiters { waiter.resume() }
  }
}
