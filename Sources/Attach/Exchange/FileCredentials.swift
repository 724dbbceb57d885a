import CTargetProcess
import Glibc
import SystemPackage
import TargetProcess

/// `O_PATH` of open(2), which the C library declares for extensions only: opens a place to start
/// from, and reads nothing.
let pathOnly: Int32 = 0o10000000

/// The rights with which files in a target's mount namespace are touched: the target's own.
///
/// The target may have arranged its mounts and links as it likes, and a privileged attacher that goes
/// through them with its own rights would create, read and delete what the target may not. With the
/// target's user, its group, no supplementary groups and no capabilities, nothing can be reached
/// that the target could not reach itself.
struct FileCredentials: Hashable, Sendable {
  var user: UInt32
  var group: UInt32

  init(_ owner: (user: UInt32, group: UInt32)) { (user, group) = owner }

  /// Runs `work` with these rights. Only the calling thread gets them, and it has its own again
  /// afterwards.
  ///
  /// - Throws: the errno with which the kernel refuses the change; nothing was run then.
  func perform<Value>(_ work: () -> Value) throws(Errno) -> Value {
    var saved = matrix_file_credentials()
    let failure = matrix_assume_file_credentials(user, group, &saved)
    guard failure == 0 else { throw Errno(rawValue: -failure) }
    defer { matrix_restore_file_credentials(&saved) }
    return work()
  }

  /// How a path may be followed.
  enum Crossing {
    /// Through mounts, not through links: `/tmp` may be a file system of its own.
    case mounts
    /// Through neither.
    case nothing
  }

  /// Opens a path relative to a directory, with these rights and below that directory.
  ///
  /// - Parameter usesOpenat2: false makes it do without that call (Linux 5.6), as it does where the
  ///   kernel or a seccomp filter does not have it.
  func open(
    _ path: String, in directory: FileDescriptor, _ flags: Int32, mode: UInt64 = 0,
    crossing: Crossing, usesOpenat2: Bool = true
  ) throws(Errno) -> FileDescriptor {
    // RESOLVE_NO_SYMLINKS, RESOLVE_NO_MAGICLINKS, RESOLVE_BENEATH; RESOLVE_NO_XDEV.
    let resolve: UInt64 = 0x4 | 0x2 | 0x8 | (crossing == .nothing ? 0x1 : 0)
    let flags = flags | O_CLOEXEC
    var result = -ENOSYS
    if usesOpenat2 {
      result = try perform {
        matrix_openat2(
          directory.rawValue, path, UInt64(UInt32(bitPattern: flags)), mode, resolve)
      }
      // Filters that do not know a call answer with EPERM; openat2 itself does not, for these flags.
      if result == -EPERM { result = -ENOSYS }
    }
    if result == -ENOSYS {
      result = try perform { openStepwise(path, in: directory, flags, mode: mode) }
      if result >= 0, crossing == .nothing,
        Self.mount(of: result) == nil
          || Self.mount(of: result) != Self.mount(of: directory.rawValue)
      {
        close(result)
        result = -EXDEV
      }
    }
    guard result >= 0 else { throw Errno(rawValue: -result) }
    return FileDescriptor(rawValue: result)
  }

  /// One component after the other, none of which may be a link. The paths are our own, so there is
  /// no `..` in them. A descriptor, or -errno.
  private func openStepwise(
    _ path: String, in directory: FileDescriptor, _ flags: Int32, mode: UInt64
  ) -> Int32 {
    let components = path.split(separator: "/")
    var current = directory.rawValue
    for (index, component) in components.enumerated() {
      let isLast = index == components.count - 1
      let next = openat(
        current, String(component),
        (isLast ? flags : pathOnly | O_DIRECTORY | O_CLOEXEC) | O_NOFOLLOW, mode_t(mode))
      let failure = errno
      if current != directory.rawValue { close(current) }
      guard next >= 0 else { return -failure }
      current = next
    }
    return current
  }

  /// The id of the mount on which a file was opened (proc_pid_fdinfo(5)); nil if it cannot be told.
  private static func mount(of descriptor: Int32) -> Substring? {
    ProcText(FilePath("/proc/self/fdinfo/\(descriptor)"))["mnt_id"]?.first
  }
}
