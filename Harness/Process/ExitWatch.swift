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
    var waiters: [CheckedContinuation<Termination, Never>] = []
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

  /// How the process ended; waits until it has.
  var termination: Termination {
    get async {
      await withCheckedContinuation { continuation in
        state.withLock { state in
          if let termination = state.termination {
            continuation.resume(returning: termination)
          } else {
            state.waiters.append(continuation)
          }
        }
      }
    }
  }

  var hasEnded: Bool { state.withLock { $0.termination != nil } }

  func cancel() { source.cancel() }

  private func note(_ processDescriptor: Int32) {
    source.cancel()
    var info = siginfo_t()
    let pidfd = idtype_t(rawValue: 3)  // P_PIDFD, which the headers show to C alone
    let result = waitid(pidfd, id_t(processDescriptor), &info, WEXITED | WNOWAIT)
    let status = Int(info._sifields._sigchld.si_status)
    let hasExited = info.si_code == CLD_EXITED
    state.withLock { state in
      // Nobody else can have reaped it: its parent, the launch below us, waits for our answer.
      state.termination = result != 0 || hasExited ? .exited(status) : .signalled(status)
      for waiter in state.waiters { waiter.resume(returning: state.termination ?? .exited(status)) }
      state.waiters = []
    }
  }
}
