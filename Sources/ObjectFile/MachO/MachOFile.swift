/// A 64-bit little-endian Mach-O file, or one architecture of a universal one.
public struct MachOFile: Sendable {
  public let source: any ByteSource
  /// `cputype`: 0x0100_0007 for x86_64, 0x0100_000c for arm64.
  public let processor: UInt32
  /// `filetype`: 2 for an executable, 6 for a library.
  public let kind: UInt32
  public let segments: [MachOSegment]
  /// The 16 bytes by which tools name a build (`LC_UUID`).
  public let uuid: [UInt8]?
  /// The path by which others need this library (`LC_ID_DYLIB`).
  public let installName: String?
  let symbols: (offset: UInt32, count: UInt32, names: UInt32, namesSize: UInt32)?
  let exports: (offset: UInt32, size: UInt32)?

  static let magic: [UInt8] = [0xcf, 0xfa, 0xed, 0xfe]
  /// The most that load commands may have together; real files stay below 32 KB.
  private static let largestCommands: UInt32 = 16 << 20

  /// - Throws: ``ObjectFileError`` when it is not such a file, or its load commands are damaged.
  public init(_ source: any ByteSource) throws(ObjectFileError) {
    let header = try source.prefix(at: 0, limit: 32)
    switch header.bytes.prefix(4) {
    case [0xcf, 0xfa, 0xed, 0xfe]: break
    case [0xce, 0xfa, 0xed, 0xfe]: throw .unsupported("a 32-bit Mach-O file")
    case [0xfe, 0xed, 0xfa, 0xce], [0xfe, 0xed, 0xfa, 0xcf]:
      throw .unsupported("a big-endian Mach-O file")
    default: throw .unrecognized
    }
    processor = try header.number(at: 4)
    kind = try header.number(at: 12)
    let count = try header.number(at: 16, as: UInt32.self)
    let size = try header.number(at: 20, as: UInt32.self)
    guard size <= Self.largestCommands else {
      throw .damaged("its load commands have \(size) bytes")
    }
    let commands = try source.bytes(at: 32, count: Int(size))

    var segments: [MachOSegment] = []
    var uuid: [UInt8]?
    var installName: String?
    var symbols: (UInt32, UInt32, UInt32, UInt32)?
    var exports: (UInt32, UInt32)?
    var start = 0
    for _ in 0..<count {
      let command = try commands.number(at: start, as: UInt32.self)
      let length = Int(try commands.number(at: start + 4, as: UInt32.self))
      guard length >= 8, length <= commands.count - start else {
        throw .damaged("a load command has \(length) bytes")
      }
      let part = FileBytes(Array(commands.bytes[start..<(start + length)]))
      switch command {
      case 0x19: segments.append(try MachOSegment(part))
      case 0x2:
        symbols = (
          try part.number(at: 8), try part.number(at: 12), try part.number(at: 16),
          try part.number(at: 20)
        )
      case 0xd: installName = part.text(at: Int(try part.number(at: 8, as: UInt32.self)))
      case 0x1b where length >= 24: uuid = Array(part.bytes[8..<24])
      case 0x22, 0x8000_0022: exports = (try part.number(at: 40), try part.number(at: 44))
      case 0x8000_0033: exports = (try part.number(at: 8), try part.number(at: 12))
      default: break
      }
      start += length
    }
    self.source = source
    self.segments = segments
    self.uuid = uuid
    self.installName = installName
    self.symbols = symbols
    self.exports = exports
  }

  /// The address of the first byte of the file, to which exports are relative.
  var imageBase: UInt64 {
    segments.first { $0.offset == 0 && $0.fileSize > 0 }?.address ?? 0
  }
}
