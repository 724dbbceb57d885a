import Synchronization

/// Sockets and threads that were there while a debugger was.
final class DebuggerFootprint: Sendable {
  private let state = Mutex<(sockets: Set<UInt64>, threads: Set<Int32>)>(([], []))

  var noted: (sockets: Set<UInt64>, threads: Set<Int32>) { state.withLock { $0 } }

  func note(sockets: Set<UInt64>, threads: Set<Int32>) {
    state.withLock { $0 = (sockets, threads) }
  }
}
