/// A part of a Mach-O file as it is loaded, with its sections.
public struct MachOSegment: Hashable, Sendable {
  public struct Section: Hashable, Sendable {
    /// At most 16 bytes, as is ``segment``.
    public var name: String
    public var segment: String
    public var address: UInt64
    public var size: UInt64
    public var offset: UInt64
    /// Whether the file has bytes for it; `__bss` and `__common` have none.
    public var hasContents: Bool
  }

  public var name: String
  public var address: UInt64
  public var memorySize: UInt64
  public var offset: UInt64
  public var fileSize: UInt64
  public var isWritable: Bool
  public var isExecutable: Bool
  public var sections: [Section]

  /// - Parameter command: a whole `LC_SEGMENT_64`.
  init(_ command: FileBytes) throws(ObjectFileError) {
    name = command.fixedText(at: 8, width: 16) ?? ""
    address = try command.number(at: 24)
    memorySize = try command.number(at: 32)
    offset = try command.number(at: 40)
    fileSize = try command.number(at: 48)
    let rights = try command.number(at: 60, as: UInt32.self)
    isWritable = rights & 2 != 0
    isExecutable = rights & 4 != 0
    let count = Int(try command.number(at: 64, as: UInt32.self))
    guard count <= (command.count - 72) / 80 else {
      throw .damaged("its segment \(name) has no room for \(count) sections")
    }
    sections = []
    for start in stride(from: 72, to: 72 + count * 80, by: 80) {
      let type = try command.number(at: start + 64, as: UInt32.self) & 0xff
      sections.append(
        Section(
          name: command.fixedText(at: start, width: 16) ?? "",
          segment: command.fixedText(at: start + 16, width: 16) ?? "",
          address: try command.number(at: start + 32), size: try command.number(at: start + 40),
          offset: UInt64(try command.number(at: start + 48, as: UInt32.self)),
          // Zero-filled: S_ZEROFILL, S_GB_ZEROFILL, S_THREAD_LOCAL_ZEROFILL.
          hasContents: type != 0x1 && type != 0xc && type != 0x12))
    }
  }
}
