import Agent
import Glibc
public import SystemPackage
import TargetProcess

/// A folder that files are put into.
public struct Directory: Hashable, Sendable {
  public struct Failure: Error, CustomStringConvertible {
    public var operation: String
    public var path: FilePath
    public var errno: Errno

    public var description: String { "could not \(operation) \(path): \(errno)" }
  }

  public var path: FilePath

  public init(_ path: FilePath) { self.path = path }

  /// Makes a folder below this one, and those on the way to it, for this user alone.
  @discardableResult
  public func makeDirectory(_ name: String) throws(Failure) -> FilePath {
    var folder = path
    for component in FilePath(name).components {
      folder.append(component)
      let result = folder.withPlatformString { mkdir($0, 0o700) }
      if result != 0, errno != EEXIST {
        throw Failure(operation: "make", path: folder, errno: Errno(rawValue: errno))
      }
    }
    return folder
  }

  /// Writes a new file below this folder, and makes the folders on the way to it.
  public func write(_ text: String, to name: String) throws(Failure) {
    try write(text.utf8, to: name, permissions: [.ownerReadWrite])
  }

  /// Writes a new file below this folder, and makes the folders on the way to it.
  ///
  /// - Returns: its path.
  @discardableResult
  func write(
    _ bytes: some Sequence<UInt8>, to name: String, permissions: FilePermissions
  ) throws(Failure) -> FilePath {
    let file = FilePath(name)
    if !file.removingLastComponent().isEmpty {
      try makeDirectory(file.removingLastComponent().string)
    }
    let path = path.appending(name)
    do {
      let descriptor = try FileDescriptor.open(
        path, .writeOnly, options: [.create, .exclusiveCreate], permissions: permissions)
      try descriptor.closeAfter { _ = try descriptor.writeAll(bytes) }
    } catch {
      throw Failure(operation: "write", path: path, errno: error as? Errno ?? .ioError)
    }
    return path
  }

  /// Writes the files of the agent, of whose names it must hold none.
  ///
  /// - Returns: the path of the launcher.
  @discardableResult
  public func writeAgent() throws(Failure) -> FilePath {
    for file in AgentBundle.files { try write(file.text, to: file.path) }
    return path.appending(AgentBundle.launcher)
  }

  /// Names of what it holds, sorted; none if it cannot be read.
  public var names: [String] {
    DirectoryListing.names(at: path).sorted()
  }
}

/// A directory of this user alone, to be removed by its owner.
public final class TemporaryDirectory: Sendable {
  /// Its path has no symbolic links.
  public let folder: Directory

  public var path: FilePath { folder.path }

  /// Makes a directory that only this user can enter.
  ///
  /// - Parameter parent: `TMPDIR`, or `/tmp` where that is not set.
  public init(below parent: FilePath? = nil, prefix: String = "matrix-") throws(Directory.Failure) {
    let base = parent ?? Self.standardParent
    let template = base.appending("\(prefix)XXXXXX")
    var name = Array(template.string.utf8CString)
    guard mkdtemp(&name) != nil else {
      throw Directory.Failure(
        operation: "make a folder in", path: base, errno: Errno(rawValue: errno))
    }
    let made = FilePath(platformString: name)
    folder = Directory(made.resolved ?? made)
  }

  /// Removes the directory and everything in it.
  public func remove() { Self.remove(path) }

  /// `TMPDIR`, or `/tmp` where that is not set.
  static var standardParent: FilePath {
    FilePath(getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp")
  }

  /// Removes a file, or a directory with everything in it. Links are removed, never followed.
  static func remove(_ path: FilePath) {
    var status = stat()
    guard path.withPlatformString({ unlink($0) }) != 0,
      path.withPlatformString({ lstat($0, &status) }) == 0, status.st_mode & S_IFMT == S_IFDIR
    else { return }
    // A program may have taken away the permissions of a directory that it made.
    if status.st_mode & S_IRWXU != S_IRWXU { _ = path.withPlatformString { chmod($0, 0o700) } }
    for name in Directory(path).names { remove(path.appending(name)) }
    _ = path.withPlatformString { rmdir($0) }
  }
}

extension FilePath {
  /// Without symbolic links; nil when there is nothing there.
  var resolved: FilePath? {
    guard let real = withPlatformString({ realpath($0, nil) }) else { return nil }
    defer { free(real) }
    return FilePath(platformString: real)
  }
}
