import Glibc
public import SystemPackage

extension FileDescriptor {
  /// Writes all of the text, waiting while a non-blocking descriptor is full.
  func writePatiently(_ text: String) throws {
    var text = text
    try text.withUTF8 { buffer in
      var rest = UnsafeRawBufferPointer(buffer)[...]
      while !rest.isEmpty {
        do {
          let count = try write(UnsafeRawBufferPointer(rebasing: rest))
          rest = rest.dropFirst(count)
        } catch Errno.wouldBlock, Errno.resourceTemporarilyUnavailable {
          var entry = pollfd(fd: rawValue, events: Int16(POLLOUT), revents: 0)
          _ = poll(&entry, 1, -1)
        }
      }
    }
  }
}

/// A folder that report files are written to.
struct OutputFolder: Sendable {
  let path: FilePath

  /// Makes the folder and those above it, as far as they do not exist.
  func create() throws {
    var folder = FilePath(root: path.root, [])
    for component in path.components {
      folder.append(component)
      let result = folder.withPlatformString { mkdir($0, 0o777) }
      let failure = Errno(rawValue: errno)
      // A folder above may exist and yet not be ours to make: EACCES, EROFS.
      if result != 0, failure != .fileExists, !isFolder(folder) {
        throw OutputError(.createFolder, folder, failure)
      }
    }
    guard isFolder(path) else { throw OutputError(.createFolder, path, .notDirectory) }
  }

  /// Makes the folder, and makes sure that files of these names can be put into it.
  func check(_ names: [String]) throws {
    try create()
    for name in names {
      let file = path.appending(name)
      guard !isFolder(file) else { throw OutputError(.replace, file, .isDirectory) }
    }
    let (descriptor, temporary) = try openTemporary(beside: names.first ?? "report")
    temporary.remove()
    try? descriptor.close()
  }

  /// Opens a file that grows while the run goes on. What it held before is gone.
  func open(_ name: String) throws -> FileDescriptor {
    let file = path.appending(name)
    do {
      return try FileDescriptor.open(
        file, .writeOnly, options: [.create, .truncate, .closeOnExec], permissions: Self.permissions
      )
    } catch let errno as Errno {
      throw OutputError(.create, file, errno)
    }
  }

  /// Puts a complete file in place: a reader sees the former file or this one, never a part.
  func write(_ text: String, to name: String) throws {
    try create()
    let file = path.appending(name)
    let (descriptor, temporary) = try openTemporary(beside: name)
    do {
      try descriptor.closeAfter { try descriptor.writePatiently(text) }
    } catch let errno as Errno {
      temporary.remove()
      throw OutputError(.write, file, errno)
    }
    let result = temporary.withPlatformString { from in
      file.withPlatformString { rename(from, $0) }
    }
    guard result == 0 else {
      let failure = Errno(rawValue: errno)
      temporary.remove()
      throw OutputError(.replace, file, failure)
    }
  }

  private static let permissions: FilePermissions = [.ownerReadWrite, .groupRead, .otherRead]

  /// A file that did not exist before, in the same folder, so that it can be renamed in one step.
  private func openTemporary(beside name: String) throws -> (FileDescriptor, FilePath) {
    for attempt in 0...100 {
      let file = path.appending(".\(name).\(getpid()).\(attempt)")
      do {
        let descriptor = try FileDescriptor.open(
          file, .writeOnly, options: [.create, .exclusiveCreate, .closeOnExec],
          permissions: Self.permissions)
        return (descriptor, file)
      } catch Errno.fileExists {
        continue
      } catch let errno as Errno {
        throw OutputError(.create, path.appending(name), errno)
      }
    }
    throw OutputError(.create, path.appending(name), .fileExists)
  }

  private func isFolder(_ path: FilePath) -> Bool {
    var status = stat()
    let result = path.withPlatformString { stat($0, &status) }
    return result == 0 && status.st_mode & S_IFMT == S_IFDIR
  }
}

extension FilePath {
  fileprivate func remove() { _ = withPlatformString { unlink($0) } }
}

/// Tells one file at a path from another that was put there later.
struct FileStamp: Hashable {
  var inode: UInt64
  var seconds: Int
  var nanoseconds: Int

  /// Nil where there is no file.
  init?(_ path: FilePath) {
    guard let stat = try? Stat(path) else { return nil }
    inode = UInt64(stat.rawValue.st_ino)
    seconds = Int(stat.st_mtim.tv_sec)
    nanoseconds = Int(stat.st_mtim.tv_nsec)
  }
}

/// A report that could not be written.
public struct OutputError: Error, Hashable, Sendable, CustomStringConvertible {
  public enum Operation: String, Hashable, Sendable {
    case createFolder = "make the folder"
    case create
    case write
    case replace
  }

  public var operation: Operation
  public var path: FilePath
  public var errno: Errno

  public init(_ operation: Operation, _ path: FilePath, _ errno: Errno) {
    self.operation = operation
    self.path = path
    self.errno = errno
  }

  /// `cannot write out/report.html: No space left on device`
  public var description: String { "cannot \(operation.rawValue) \(path): \(errno)" }
}
