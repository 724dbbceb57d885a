public import SystemPackage
import TargetProcess

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

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

  /// Names of what it holds, sorted; none if it cannot be read.
  public var names: [String] {
    FolderListing.names(at: path).sorted()
  }
}
