/// A part of an ELF file as it is loaded (`Elf64_Phdr`). Addresses are the file's own, before the
/// loader moves them.
public struct ELFSegment: Hashable, Sendable {
  /// `p_type`, open: systems add their own.
  public struct Kind: RawRepresentable, Hashable, Sendable {
    public let rawValue: UInt32
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    public static let load = Kind(rawValue: 1)
    public static let dynamic = Kind(rawValue: 2)
    public static let interpreter = Kind(rawValue: 3)
    public static let note = Kind(rawValue: 4)
  }

  static let size = 56

  public var kind: Kind
  public var isExecutable: Bool
  public var isWritable: Bool
  public var offset: UInt64
  public var address: UInt64
  /// How many bytes come from the file; what follows them in memory is zero.
  public var fileSize: UInt64
  public var memorySize: UInt64
  public var alignment: UInt64

  init(_ table: FileBytes, at start: Int) throws(ObjectFileError) {
    kind = Kind(rawValue: try table.number(at: start))
    let flags = try table.number(at: start + 4, as: UInt32.self)
    isExecutable = flags & 1 != 0
    isWritable = flags & 2 != 0
    offset = try table.number(at: start + 8)
    address = try table.number(at: start + 16)
    fileSize = try table.number(at: start + 32)
    memorySize = try table.number(at: start + 40)
    alignment = try table.number(at: start + 48)
  }
}
