/// The first bytes of an ELF file (elf(5), `Elf64_Ehdr`).
struct ELFHeader: Hashable, Sendable {
  static let size = 64
  static let magic: [UInt8] = [0x7f, 0x45, 0x4c, 0x46]

  /// Enough for the program headers of most files as well.
  private static let startSize = 1024

  /// The first bytes of the file.
  let start: FileBytes
  var kind: ELFFile.Kind
  var machine: UInt16
  var segmentsOffset: UInt64
  var segmentCount: UInt16
  var sectionsOffset: UInt64
  var sectionCount: UInt16
  var sectionNamesIndex: UInt16

  /// - Throws: ``ObjectFileError`` for what is not a 64-bit little-endian ELF file.
  init(_ source: any ByteSource) throws(ObjectFileError) {
    start = try source.prefix(at: 0, limit: Self.startSize)
    guard start.bytes.starts(with: Self.magic) else { throw .unrecognized }
    guard start.count >= 7 else { throw .damaged("the ELF header is cut off") }
    switch start.bytes[4] {
    case 1: throw .unsupported("a 32-bit ELF file")
    case 2: break
    default: throw .damaged("the ELF class is \(start.bytes[4])")
    }
    switch start.bytes[5] {
    case 1: break
    case 2: throw .unsupported("a big-endian ELF file")
    default: throw .damaged("the ELF byte order is \(start.bytes[5])")
    }
    kind = ELFFile.Kind(rawValue: try start.number(at: 16))
    machine = try start.number(at: 18)
    segmentsOffset = try start.number(at: 32)
    sectionsOffset = try start.number(at: 40)
    let segmentSize = try start.number(at: 54, as: UInt16.self)
    segmentCount = try start.number(at: 56)
    let sectionSize = try start.number(at: 58, as: UInt16.self)
    sectionCount = try start.number(at: 60)
    sectionNamesIndex = try start.number(at: 62)
    guard segmentCount == 0 || segmentSize == ELFSegment.size else {
      throw .damaged("a program header has \(segmentSize) bytes")
    }
    guard sectionsOffset == 0 || sectionSize == ELFSection.size else {
      throw .damaged("a section header has \(sectionSize) bytes")
    }
    guard segmentCount != 0xffff else {
      throw .unsupported("an ELF file with more than 65,534 program headers")
    }
  }
}
