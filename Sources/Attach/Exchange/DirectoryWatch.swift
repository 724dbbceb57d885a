import Glibc
import SystemPackage

/// Tells when a file was created in a directory or moved into it (inotify(7)).
final class DirectoryWatch {
  private let descriptor: Int32

  /// Nil when the system gives no more watches.
  init?(_ directory: FileDescriptor) {
    let descriptor = inotify_init1(Int32(IN_NONBLOCK | IN_CLOEXEC))
    guard descriptor >= 0 else { return nil }
    let events = UInt32(IN_CREATE | IN_MOVED_TO)
    guard inotify_add_watch(descriptor, "/proc/self/fd/\(directory.rawValue)", events) >= 0 else {
      // `deinit` does not run for an object that was never whole, so this is the only close.
      close(descriptor)
      return nil
    }
    self.descriptor = descriptor
  }

  deinit { close(descriptor) }

  /// Returns at once if something changed since the last wait.
  func wait(for time: Duration) {
    let (seconds, fraction) = time.components
    let milliseconds = min(seconds, 1_000_000) * 1000 + fraction / 1_000_000_000_000_000
    var question = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    guard poll(&question, 1, Int32(milliseconds) + 1) > 0 else { return }
    withUnsafeTemporaryAllocation(byteCount: 4096, alignment: 8) { buffer in
      while read(descriptor, buffer.baseAddress, buffer.count) > 0 {}
    }
  }
}
