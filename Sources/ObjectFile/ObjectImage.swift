/// What ELF, PE and Mach-O have in common: code and data for one processor, with the addresses that
/// the linker gave them.
public struct ObjectImage: Sendable {
  /// The file as its own format has it.
  public enum Contents: Sendable {
    case elf(ELFFile)
    case pe(PEFile)
    case machO(MachOFile)
  }

  /// A named part.
  public struct Section: Hashable, Sendable {
    /// `.data`; in Mach-O with its segment: `__DATA,__data`.
    public var name: String
    public var address: UInt64
    /// In bytes.
    public var size: UInt64
    /// Whether the file has bytes for it, rather than zeros in memory.
    public var hasContents: Bool
  }

  /// A range of addresses that is filled from the file.
  public struct Region: Hashable, Sendable {
    public var address: UInt64
    /// In bytes, as far as the file fills it.
    public var size: UInt64
    /// The place in the file.
    public var offset: UInt64
    public var isWritable: Bool
    public var isExecutable: Bool
  }

  public let contents: Contents
  let source: any ByteSource
  public let regions: [Region]

  /// Every image in a file: one, or one for each processor of a universal file.
  ///
  /// - Throws: ``ObjectFileError`` when it is no object file, or a damaged one.
  public static func all(in source: any ByteSource) throws(ObjectFileError) -> [ObjectImage] {
    if let universal = try UniversalFile(source) {
      var images: [ObjectImage] = []
      for part in universal.parts { images.append(ObjectImage(try MachOFile(part))) }
      return images
    }
    let start = try source.prefix(at: 0, limit: 4).bytes
    switch start {
    case ELFHeader.magic: return [ObjectImage(try ELFFile(source))]
    case _ where start.starts(with: "MZ".utf8): return [ObjectImage(try PEFile(source))]
    default: return [ObjectImage(try MachOFile(source))]
    }
  }

  public init(_ file: ELFFile) {
    contents = .elf(file)
    source = file.source
    regions = file.map.loaded.map {
      Region(
        address: $0.address, size: min($0.fileSize, $0.memorySize), offset: $0.offset,
        isWritable: $0.isWritable, isExecutable: $0.isExecutable)
    }
  }

  public init(_ file: PEFile) {
    contents = .pe(file)
    source = file.source
    regions = file.sections.map {
      Region(
        address: $0.address, size: $0.fileSize, offset: $0.offset, isWritable: $0.isWritable,
        isExecutable: $0.isExecutable)
    }
  }

  public init(_ file: MachOFile) {
    contents = .machO(file)
    source = file.source
    regions = file.segments.map {
      Region(
        address: $0.address, size: min($0.fileSize, $0.memorySize), offset: $0.offset,
        isWritable: $0.isWritable, isExecutable: $0.isExecutable)
    }
  }
}

extension ObjectImage {
  /// Every named part; none when the names were stripped.
  ///
  /// - Throws: ``ObjectFileError`` when their table is damaged.
  public func sections() throws(ObjectFileError) -> [Section] {
    switch contents {
    case .elf(let file):
      try file.sections().filter(\.isLoaded).map {
        Section(name: $0.name, address: $0.address, size: $0.size, hasContents: $0.hasContents)
      }
    case .pe(let file):
      file.sections.map {
        Section(name: $0.name, address: $0.address, size: $0.size, hasContents: $0.fileSize > 0)
      }
    case .machO(let file):
      file.segments.flatMap(\.sections).map {
        Section(
          name: "\($0.segment),\($0.name)", address: $0.address, size: $0.size,
          hasContents: $0.hasContents)
      }
    }
  }

  /// Every address that the file gives to what C calls `name`.
  ///
  /// - Throws: ``ObjectFileError`` when a table is damaged.
  public func addresses(ofSymbol name: String) throws(ObjectFileError) -> [UInt64] {
    switch contents {
    case .elf(let file): return try file.symbols(named: name).map(\.value)
    case .pe(let file): return try file.export(named: name).map { [$0] } ?? []
    case .machO(let file):
      let first = try file.symbol(named: name)
      return try [first].compactMap(\.self) + file.symbols(named: name).filter { $0 != first }
    }
  }

  /// The address that the file exports for what C calls `name`; quicker than all of them.
  ///
  /// - Throws: ``ObjectFileError`` when a table is damaged.
  public func address(ofSymbol name: String) throws(ObjectFileError) -> UInt64? {
    switch contents {
    case .elf(let file): try file.symbol(named: name)?.value
    case .pe(let file): try file.export(named: name)
    case .machO(let file): try file.symbol(named: name)
    }
  }

  /// What the file puts at an address: up to `count` bytes, fewer where the file's part ends, none
  /// where memory is filled with zeros.
  ///
  /// - Throws: ``ObjectFileError`` when the file is shorter than it says.
  public func bytes(
    atAddress address: UInt64, count: Int
  ) throws(ObjectFileError) -> FileBytes {
    for region in regions {
      guard let distance = address.subtracting(region.address), distance < region.size,
        let offset = region.offset.adding(distance)
      else { continue }
      let length = min(UInt64(max(0, count)), region.size - distance)
      return try source.bytes(at: offset, count: length)
    }
    return FileBytes([])
  }
}
