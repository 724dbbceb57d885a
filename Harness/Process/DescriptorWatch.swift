import Glibc
import Synchronization

/// A thread that waits on one descriptor with poll(2), and owns it: it closes it when it ends.
///
/// The harness does not use the descriptor sources of libdispatch. On Linux, a source that is cancelled
/// while its descriptor hangs up, which is what happens to every pipe of a program that ends, is removed
/// by two threads at once; and a descriptor that is closed before libdispatch has removed it leaves the
/// epoll set while libdispatch still counts its number as registered, so that the next source for that
/// number is never told anything.
final class DescriptorWatch: Sendable {
  private struct State {
    /// Written to end the thread; nil once it has ended.
    var wake: Int32?
  }

  private let state: Mutex<State>

  /// - Parameters:
  ///   - descriptor: the watch's from here on, also when this throws.
  ///   - onReadable: called on the thread when there is something to read, and at the descriptor's end;
  ///     false ends the watch.
  ///   - onClose: called on the thread when the descriptor has been closed, the last call of all.
  init(
    owning descriptor: Int32, onReadable: @escaping @Sendable () -> Bool,
    onClose: @escaping @Sendable () -> Void = {}
  ) throws(Failure) {
    var wake: [Int32] = [-1, -1]
    guard pipe(&wake) == 0 else {
      let failure = Failure(errno: errno)
      close(descriptor)
      throw failure
    }
    for end in wake { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    let (asleep, awake) = (wake[0], wake[1])
    state = Mutex(State(wake: awake))
    let failure = Self.start { [self] in
      Self.watch(descriptor, asleep, onReadable)
      state.withLock { $0.wake = nil }
      for descriptor in [asleep, awake, descriptor] { close(descriptor) }
      onClose()
    }
    if failure != 0 {
      for descriptor in [asleep, awake, descriptor] { close(descriptor) }
      throw Failure(errno: failure)
    }
  }

  /// Why there is no watch.
  struct Failure: Error {
    var errno: Int32
  }

  /// Ends the thread, which closes the descriptor. From any thread, the watch's own included.
  func stop() {
    state.withLock { state in
      guard let wake = state.wake else { return }
      var one: UInt8 = 1
      _ = write(wake, &one, 1)
    }
  }

  private static func watch(_ descriptor: Int32, _ wake: Int32, _ onReadable: () -> Bool) {
    var entries = [descriptor, wake].map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
    while true {
      if poll(&entries, 2, -1) < 0 {
        if errno == EINTR { continue }
        return
      }
      if entries[1].revents != 0 { return }
      if entries[0].revents != 0, !onReadable() { return }
    }
  }

  /// - Returns: 0, or the number of an error.
  private static func start(_ body: @escaping @Sendable () -> Void) -> Int32 {
    final class Box {
      let body: () -> Void
      init(_ body: @escaping () -> Void) { self.body = body }
    }
    let argument = Unmanaged.passRetained(Box(body)).toOpaque()
    var thread = pthread_t()
    let failure = pthread_create(
      &thread, nil,
      { argument in
        argument.map { Unmanaged<Box>.fromOpaque($0).takeRetainedValue().body() }
        return nil
      }, argument)
    if failure == 0 {
      pthread_detach(thread)
    } else {
      Unmanaged<Box>.fromOpaque(argument).release()
    }
    return failure
  }
}
