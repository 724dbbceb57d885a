public import SystemPackage

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A private folder that goes away with its owner.
public final class TemporaryDirectory: Sendable {
  /// Its path has no symbolic links.
  public let folder: Directory

  public var path: FilePath { folder.path }

  /// Makes a folder that only this user can enter.
  ///
  /// - Parameter parent: `TMPDIR`, or `/tmp` where that is not set.
  public init(below parent: FilePath? = nil, prefix: String = "matrix-") throws(Directory.Failure) {
    let base = parent ?? FilePath(getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp")
    let template = base.appending("\(prefix)XXXXXX")
    var name = Array(template.string.utf8CString)
    guard mkdtemp(&name) != nil else {
      throw Directory.Failure(
        operation: "make a folder in", path: base, errno: Errno(rawValue: errno))
    }
    let made = FilePath(platformString: name)
    folder = Directory(made.resolved ?? made)
  }

  /// Removes the folder and everything in it.
  public func remove() { Self.removeTree(path) }

  private static func removeTree(_ path: FilePath) {
    for name in Directory(path).names {
      let child = path.appending(name)
      // Links are removed, never followed.
      if child.withPlatformString({ unlink($0) }) != 0 { removeTree(child) }
    }
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
