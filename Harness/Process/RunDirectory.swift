import Glibc
public import SystemPackage
import TargetProcess

/// The temporary directory of one run, which a later run can recognise as left behind.
///
/// The owner holds a lock on the directory (flock(2)), which the kernel releases however the owner
/// ends. A process that gets the lock of a directory with an id in it knows that its owner is gone. An owner
/// that was killed between making the directory and locking it leaves an empty one.
public final class RunDirectory: Sendable {
  /// What was removed of runs that were killed.
  public struct Leftovers: Hashable, Sendable {
    public var directories = 0
    public var processes = 0

    public var isEmpty: Bool { directories == 0 && processes == 0 }
  }

  public let directory: TemporaryDirectory
  /// Names the run in `MATRIX_CELL`, the variable that all processes of its cells inherit.
  let id: String
  private let lock: FileDescriptor

  public var path: FilePath { directory.path }

  private static let prefix = "matrix-run-"
  private static let idFile = "id"

  /// - Parameter parent: `TMPDIR`, or `/tmp` where that is not set.
  public init(below parent: FilePath? = nil) throws(Directory.Failure) {
    while true {
      let made = try TemporaryDirectory(below: parent, prefix: Self.prefix)
      let id = String(UInt64.random(in: .min ... .max), radix: 36)
      // Another run may have taken it for left behind before it was locked; then make another.
      guard let lock = Self.lock(made.path) else { continue }
      (directory, self.lock, self.id) = (made, lock, id)
      try made.folder.write(id, to: Self.idFile)
      return
    }
  }

  /// Removes the directory and everything in it. Idempotent.
  public func remove() { Self.remove(path) }

  deinit { try? lock.close() }

  // MARK: What killed runs leave

  /// Ends the processes and removes the directories of runs whose owner is gone.
  @discardableResult
  public static func removeLeftovers(below parent: FilePath? = nil) -> Leftovers {
    let parent = parent ?? TemporaryDirectory.standardParent
    var leftovers = Leftovers()
    for name in Directory(parent).names where name.hasPrefix(prefix) {
      let path = parent.appending(name)
      guard let lock = lock(path) else { continue }
      defer { try? lock.close() }
      if let id = id(in: path) {
        leftovers.processes += CellProcesses(of: .run(id)).end()
        remove(path)
        leftovers.directories += 1
      } else if path.withPlatformString({ rmdir($0) }) == 0 {
        leftovers.directories += 1
      }
    }
    return leftovers
  }

  /// The id goes last: a directory that is removed in part is still recognised.
  private static func remove(_ path: FilePath) {
    for name in Directory(path).names where name != idFile {
      TemporaryDirectory.remove(path.appending(name))
    }
    TemporaryDirectory.remove(path)
  }

  private static func id(in path: FilePath) -> String? {
    guard
      let file = try? FileDescriptor.open(
        path.appending(idFile), .readOnly, options: [.closeOnExec, .noFollow])
    else { return nil }
    let id = try? file.closeAfter {
      try String(unsafeUninitializedCapacity: 64) { try file.read(into: .init($0)) }
    }
    guard let id, !id.isEmpty, id.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber) }) else {
      return nil
    }
    return id
  }

  /// - Returns: a descriptor that holds the lock of this user's directory; nil where another process
  ///   holds it, or the directory is not there any more or another user's.
  private static func lock(_ path: FilePath) -> FileDescriptor? {
    let descriptor = path.withPlatformString {
      open($0, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
    }
    guard descriptor >= 0 else { return nil }
    var (locked, named) = (stat(), stat())
    guard fstat(descriptor, &locked) == 0, locked.st_uid == geteuid(),
      flock(descriptor, LOCK_EX | LOCK_NB) == 0,
      // Removed, and perhaps made again, before it was locked.
      path.withPlatformString({ lstat($0, &named) }) == 0,
      (locked.st_dev, locked.st_ino) == (named.st_dev, named.st_ino)
    else {
      close(descriptor)
      return nil
    }
    return FileDescriptor(rawValue: descriptor)
  }
}
