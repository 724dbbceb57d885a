public import SystemPackage

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A private folder that goes away with its owner.
public final class Scratch: Sendable {
  public struct Failure: Error, CustomStringConvertible {
    public var operation: String
    public var path: FilePath
    public var errno: Errno

    public var description: String { "could not \(operation) \(path): \(errno)" }
  }

  /// Without symbolic links.
  public let path: FilePath

  /// Makes a folder that only this user can enter.
  ///
  /// - Parameter parent: `TMPDIR`, or `/tmp` where that is not set.
  public init(below parent: FilePath? = nil, prefix: String = "matrix-") throws(Failure) {
    let base = parent ?? FilePath(getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp")
    let template = base.appending("\(prefix)XXXXXX")
    var name = template.string.utf8CString.map { $0 }
    guard mkdtemp(&name) != nil else {
      throw Failure(operation: "make a folder in", path: base, errno: Errno(rawValue: errno))
    }
    let made = FilePath(
      String(decoding: name.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self))
    path = made.resolved ?? made
  }

  /// Makes a folder below this one, and those on the way to it.
  @discardableResult
  public func makeFolder(_ name: String) throws(Failure) -> FilePath {
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

  /// Writes a file below this folder, and makes the folders on the way to it.
  public func write(_ text: String, to name: String) throws(Failure) {
    let file = FilePath(name)
    if !file.removingLastComponent().isEmpty {
      try makeFolder(file.removingLastComponent().string)
    }
    let path = path.appending(name)
    do {
      let descriptor = try FileDescriptor.open(
        path, .writeOnly, options: [.create, .exclusiveCreate], permissions: [.ownerReadWrite])
      try descriptor.closeAfter { _ = try descriptor.writeAll(text.utf8) }
    } catch {
      throw Failure(operation: "write", path: path, errno: error as? Errno ?? .ioError)
    }
  }

  /// Removes the folder and everything in it.
  public func remove() { Self.removeTree(path) }

  private static func removeTree(_ path: FilePath) {
    for name in names(in: path) {
      let child = path.appending(name)
      // Links are removed, never followed.
      if child.withPlatformString({ unlink($0) }) != 0 { removeTree(child) }
    }
    _ = path.withPlatformString { rmdir($0) }
  }

  /// Names of what a folder holds, sorted.
  public static func names(in folder: FilePath) -> [String] {
    guard let stream = folder.withPlatformString({ opendir($0) }) else { return [] }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names.sorted()
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
