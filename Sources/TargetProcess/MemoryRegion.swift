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

extension MemoryRegion {
  /// Reads one line without its end; nil when it is none.
  init?(parsing line: Substring.UTF8View) {
    var fields = FieldScanner(line)
    guard let start = fields.hexadecimal(until: "-"), let end = fields.hexadecimal(until: " "),
      start <= end, let rights = fields.field(until: " "), rights.utf8.count == 4,
      let offset = fields.hexadecimal(until: " "), let device = fields.field(until: " "),
      let inode = fields.field(until: " ").flatMap({ UInt64($0) })
    else { return nil }
    let flags = Array(rights.utf8)
    let name = fields.rest()
    self.init(
      start: start, end: end, isReadable: flags[0] == UInt8(ascii: "r"),
      isWritable: flags[1] == UInt8(ascii: "w"), isExecutable: flags[2] == UInt8(ascii: "x"),
      isShared: flags[3] == UInt8(ascii: "s"), offset: offset)
    if inode == 0 {
      label = name
    } else {
      let suffix = " (deleted)"
      let isDeleted = name.hasSuffix(suffix)
      file = File(
        device: device, inode: inode, path: isDeleted ? String(name.dropLast(suffix.count)) : name,
        isDeleted: isDeleted)
    }
  }
}

/// Takes a line of `/proc/PID/maps` apart.
private struct FieldScanner {
  private var text: Substring.UTF8View

  init(_ line: Substring.UTF8View) { text = line }

  mutating func field(until end: Unicode.Scalar) -> String? {
    guard let index = text.firstIndex(of: UInt8(ascii: end)) else { return nil }
    defer { text = text[text.index(after: index)...] }
    return String(Substring(text[..<index]))
  }

  mutating func hexadecimal(until end: Unicode.Scalar) -> UInt64? {
    field(until: end).flatMap { UInt64($0, radix: 16) }
  }

  /// What follows the spaces, with the kernel's one escape, `\012` for a line feed, undone.
  func rest() -> String {
    let name = String(Substring(text.drop { $0 == UInt8(ascii: " ") }))
    return name.contains("\\") ? name.unescapingLineFeeds : name
  }
}

extension String {
  fileprivate var unescapingLineFeeds: String {
    split(separator: "\\012", omittingEmptySubsequences: false).joined(separator: "\n")
  }
}
