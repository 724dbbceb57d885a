#if os(Linux)
  import Glibc

  /// Names from an open folder (readdir(3)).
  public enum FolderEntry {
    /// The next name; nil at the end.
    ///
    /// An entry is as long as its name. Its declared type is longer, and copying all of that reads
    /// past the end of the buffer, and sometimes of the memory.
    public static func next(in listing: OpaquePointer) -> String? {
      guard let entry = readdir(listing),
        let offset = MemoryLayout<dirent>.offset(of: \.d_name)
      else { return nil }
      return String(
        cString: (UnsafeRawPointer(entry) + offset).assumingMemoryBound(to: CChar.self))
    }
  }
#endif
