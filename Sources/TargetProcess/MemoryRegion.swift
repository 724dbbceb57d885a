/// A range of a process's memory, as one line of `/proc/PID/maps` describes it (proc_pid_maps(5)).
public struct MemoryRegion: Hashable, Sendable {
  /// The file behind a range. Device and inode name it whatever became of its path.
  public struct File: Hashable, Sendable {
    /// `major:minor`, in hexadecimal as the kernel writes it. On some file systems it is not what
    /// `stat` says of the same file.
    public var device: String
    public var inode: UInt64
    /// As the process sees it, in its own root and mount namespace; without ` (deleted)`.
    public var path: String
    /// Whether that path no longer leads to this file: removed, or replaced by another.
    public var isDeleted: Bool

    public init(device: String, inode: UInt64, path: String, isDeleted: Bool = false) {
      self.device = device
      self.inode = inode
      self.path = path
      self.isDeleted = isDeleted
    }

    /// - Parameter name: the path, with ` (deleted)` behind it where it no longer leads to this file.
    init(device: String, inode: UInt64, name: String) {
      let suffix = " (deleted)"
      let isDeleted = name.hasSuffix(suffix)
      self.init(
        device: device, inode: inode,
        path: isDeleted ? String(name.dropLast(suffix.count)) : name, isDeleted: isDeleted)
    }

    /// Whether both are the same file, by device and inode.
    public func isSame(as other: File) -> Bool { inode == other.inode && device == other.device }
  }

  public var start: UInt64
  /// One past the last byte.
  public var end: UInt64
  public var isReadable: Bool
  public var isWritable: Bool
  public var isExecutable: Bool
  /// Whether writes reach the file and other processes.
  public var isShared: Bool
  /// The place in the file of the byte at ``start``; 0 without a file.
  public var offset: UInt64
  /// Nil for anonymous memory.
  public var file: File?
  /// Of memory without a file: `[heap]`, `[stack]`, `[vdso]`, `[anon:…]`, or nothing.
  public var label: String

  public init(
    start: UInt64, end: UInt64, isReadable: Bool = true, isWritable: Bool = false,
    isExecutable: Bool = false, isShared: Bool = false, offset: UInt64 = 0, file: File? = nil,
    label: String = ""
  ) {
    self.start = start
    self.end = end
    self.isReadable = isReadable
    self.isWritable = isWritable
    self.isExecutable = isExecutable
    self.isShared = isShared
    self.offset = offset
    self.file = file
    self.label = label
  }

  /// In bytes.
  public var size: UInt64 { end - start }

  public func contains(_ address: UInt64) -> Bool { start <= address && address < end }
}

extension MemoryRegion.File {
  /// Whether the last component of its path has this word in it.
  public func nameContains(_ word: String) -> Bool {
    let path = path.utf8
    var rest = path[(path.lastIndex(of: UInt8(ascii: "/")) ?? path.startIndex)...]
    while let start = rest.firstIndex(where: { $0 == word.utf8.first }) {
      if rest[start...].starts(with: word.utf8) { return true }
      rest = rest[rest.index(after: start)...]
    }
    return false
  }
}

/// A part of a process's memory.
public struct MemoryRange: Hashable, Sendable {
  public var address: UInt64
  /// In bytes.
  public var count: Int

  public init(_ address: UInt64, _ count: Int) {
    self.address = address
    self.count = count
  }
}
