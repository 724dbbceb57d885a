/// A Windows executable or library, 32 or 64 bits.
///
/// Addresses are those at which the linker wanted it: the image base is a part of them.
public struct PEFile: Sendable {
  public let source: any ByteSource
  /// `Machine`: 0x8664 for x86_64, 0xaa64 for aarch64, 0x14c for x86.
  public let machine: UInt16
  /// Whether addresses have 8 bytes (PE32+).
  public let is64Bit: Bool
  public let isLibrary: Bool
  public let imageBase: UInt64
  public let sections: [PESection]
  /// Where the table of exports is in memory, relative to ``imageBase``.
  let exports: (address: UInt32, size: UInt32)?

  /// - Throws: ``ObjectFileError`` when it is not such a file, or its headers are damaged.
  public init(_ source: any ByteSource) throws(ObjectFileError) {
    let dos = try source.prefix(at: 0, limit: 64)
    guard dos.bytes.starts(with: "MZ".utf8), dos.count == 64 else { throw .unrecognized }
    let start = UInt64(try dos.number(at: 0x3c, as: UInt32.self))
    let header = try source.prefix(at: start, limit: 24)
    guard header.bytes.starts(with: [0x50, 0x45, 0, 0]) else {
      throw .unsupported("a DOS program without a PE header")
    }
    machine = try header.number(at: 4)
    let sectionCount = try header.number(at: 6, as: UInt16.self)
    let optionalSize = try header.number(at: 20, as: UInt16.self)
    isLibrary = try header.number(at: 22, as: UInt16.self) & 0x2000 != 0

    let optional = try source.bytes(at: start + 24, count: Int(optionalSize))
    switch try optional.number(at: 0, as: UInt16.self) {
    case 0x10b: is64Bit = false
    case 0x20b: is64Bit = true
    case let magic: throw .damaged("the optional header begins with \(magic)")
    }
    imageBase =
      is64Bit ? try optional.number(at: 24) : UInt64(try optional.number(at: 28, as: UInt32.self))
    let directories = is64Bit ? 112 : 96
    let directoryCount = try optional.number(at: directories - 4, as: UInt32.self)
    let address = directoryCount > 0 ? try optional.number(at: directories, as: UInt32.self) : 0
    let size = directoryCount > 0 ? try optional.number(at: directories + 4, as: UInt32.self) : 0
    exports = address != 0 && size != 0 ? (address, size) : nil

    let table = try source.bytes(
      at: start + 24 + UInt64(optionalSize), count: Int(sectionCount) * PESection.headerSize)
    var sections: [PESection] = []
    for place in stride(from: 0, to: table.count, by: PESection.headerSize) {
      sections.append(try PESection(table, at: place, imageBase: imageBase))
    }
    self.sections = sections
    self.source = source
  }

  /// Where in the file the byte at this place in memory is, relative to the image base.
  func fileOffset(_ address: UInt32) -> UInt64? {
    for section in sections {
      guard let distance = UInt64(address).subtracting(section.relativeAddress),
        distance < section.fileSize
      else { continue }
      return section.offset + distance
    }
    return nil
  }
}

/// A section of a Windows file.
public struct PESection: Hashable, Sendable {
  static let headerSize = 40

  /// At most 8 bytes: linkers cut longer names, so that `PyRuntime` is `PyRuntim`.
  public var name: String
  public var address: UInt64
  /// In memory.
  public var size: UInt64
  public var offset: UInt64
  /// How many bytes come from the file; never more than ``size``.
  public var fileSize: UInt64
  public var isWritable: Bool
  public var isExecutable: Bool
  var relativeAddress: UInt64

  fileprivate init(
    _ table: FileBytes, at start: Int, imageBase: UInt64
  ) throws(ObjectFileError) {
    name = table.fixedText(at: start, width: 8) ?? ""
    let inFile = try table.number(at: start + 16, as: UInt32.self)
    let inMemory = try table.number(at: start + 8, as: UInt32.self)
    size = UInt64(inMemory == 0 ? inFile : inMemory)
    relativeAddress = UInt64(try table.number(at: start + 12, as: UInt32.self))
    guard let address = imageBase.adding(relativeAddress) else {
      throw .damaged("its section \(name) is at the end of the address space")
    }
    self.address = address
    offset = UInt64(try table.number(at: start + 20, as: UInt32.self))
    fileSize = min(UInt64(inFile), size)
    let flags = try table.number(at: start + 36, as: UInt32.self)
    isExecutable = flags & 0x2000_0000 != 0
    isWritable = flags & 0x8000_0000 != 0
  }
}
