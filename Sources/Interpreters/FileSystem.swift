import FoundationEssentials
import Glibc
import SystemPackage

/// The few questions that a search asks of the disk. What cannot be read is as good as absent.
enum FileSystem {
  /// Whether a file is still the one that was seen, as far as `stat` can tell.
  struct Identity: Hashable, Codable {
    var device: UInt64
    var inode: UInt64
    /// In bytes.
    var size: Int64
    /// In nanoseconds since 1970.
    var modified: Int64
  }

  /// The file system's own number of a file: the same for all of its names.
  struct FileNumber: Hashable {
    var device: UInt64
    var inode: UInt64
  }

  static func identity(_ path: FilePath) -> Identity? {
    guard let stat = try? Stat(path) else { return nil }
    return Identity(
      device: UInt64(stat.rawValue.st_dev), inode: UInt64(stat.rawValue.st_ino), size: stat.size,
      modified: Int64(stat.st_mtim.tv_sec) * 1_000_000_000 + Int64(stat.st_mtim.tv_nsec))
  }

  static func isFolder(_ path: FilePath) -> Bool { (try? Stat(path))?.type == .directory }

  static func isExecutableFile(_ path: FilePath) -> Bool {
    guard (try? Stat(path))?.type == .regular else { return false }
    return path.withPlatformString { access($0, X_OK) } == 0
  }

  /// Without symbolic links; nil when there is nothing.
  static func realPath(_ path: FilePath) -> FilePath? {
    path.withPlatformString { text in
      guard let real = realpath(text, nil) else { return nil }
      defer { free(real) }
      return FilePath(platformString: real)
    }
  }

  /// The names in a folder, sorted, without `.` and `..`.
  static func names(in folder: FilePath) -> [String] {
    (try? FileManager.default.contentsOfDirectory(atPath: folder.string))?.sorted() ?? []
  }

  /// A small text file.
  static func text(_ path: FilePath) -> String? {
    FileManager.default.contents(atPath: path.string).map { String(decoding: $0, as: UTF8.self) }
  }

  /// Whether it starts with `#!`.
  static func isScript(_ path: FilePath) -> Bool {
    guard let file = try? FileDescriptor.open(path, .readOnly) else { return false }
    defer { try? file.close() }
    return withUnsafeTemporaryAllocation(byteCount: 2, alignment: 1) { buffer in
      (try? file.read(into: buffer)) == 2 && buffer.elementsEqual("#!".utf8)
    }
  }

  /// The folders that a pattern means. A component may end in one `*`, as a shell reads it.
  static func folders(_ pattern: FilePath) -> [FilePath] {
    var found = [FilePath(root: pattern.root)]
    for component in pattern.components {
      if component.string.hasSuffix("*") {
        let prefix = component.string.dropLast()
        found = found.flatMap { folder in
          names(in: folder).filter { $0.hasPrefix(prefix) && !$0.hasPrefix(".") }
            .map { folder.appending($0) }
        }
      } else {
        found = found.map { $0.appending(component) }
      }
    }
    return found.filter(isFolder)
  }
}

extension FileSystem.Identity {
  var number: FileSystem.FileNumber { .init(device: device, inode: inode) }
}

extension StringProtocol {
  /// Without white space at both ends.
  var trimmingSpaces: String {
    var rest = self[...]
    while rest.first?.isWhitespace == true { rest = rest.dropFirst() }
    while rest.last?.isWhitespace == true { rest = rest.dropLast() }
    return String(rest)
  }
}
