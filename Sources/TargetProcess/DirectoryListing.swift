import Glibc
public import SystemPackage

/// What folders hold (readdir(3)).
public enum DirectoryListing {
  /// Names in a folder, in no order, without `.` and `..`; none if it cannot be read.
  public static func names(at path: FilePath) -> [String] {
    path.withPlatformString { names(in: opendir($0)) }
  }

  /// The same for an open folder, which stays open.
  public static func names(in folder: FileDescriptor) -> [String] {
    let copy = openat(folder.rawValue, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard copy >= 0 else { return [] }
    guard let listing = fdopendir(copy) else {
      close(copy)
      return []
    }
    return names(in: listing)
  }

  private static func names(in listing: OpaquePointer?) -> [String] {
    guard let listing else { return [] }
    defer { closedir(listing) }
    var names: [String] = []
    while let name = next(in: listing) {
      if name != ".", name != ".." { names.append(name) }
    }
    return names
  }

  /// An entry is as long as its name. Its declared type is longer, and copying all of that reads
  /// past the end of the buffer, and sometimes of the memory.
  private static func next(in listing: OpaquePointer) -> String? {
    guard let entry = readdir(listing),
      let offset = MemoryLayout<dirent>.offset(of: \.d_name)
    else { return nil }
    return String(
      cString: (UnsafeRawPointer(entry) + offset).assumingMemoryBound(to: CChar.self))
  }
}
