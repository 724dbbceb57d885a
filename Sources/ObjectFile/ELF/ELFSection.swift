/// A named part of an ELF file (`Elf64_Shdr`).
public struct ELFSection: Hashable, Sendable {
  static let size = 64

  public var name: String
  /// `sh_type`.
  public var kind: UInt32
  public var isWritable: Bool
  public var isExecutable: Bool
  /// Whether it is in memory when the file is loaded.
  public var isLoaded: Bool
  public var address: UInt64
  public var offset: UInt64
  public var size: UInt64
  /// `sh_link`: for symbols, the index of the section with their names.
  var link: UInt32
  fileprivate var nameOffset: UInt32

  /// Whether the file has bytes for it; `.bss` has none.
  public var hasContents: Bool { kind != 8 }

  fileprivate init(_ table: FileBytes, at start: Int) throws(ObjectFileError) {
    name = ""
    nameOffset = try table.number(at: start)
    kind = try table.number(at: start + 4)
    let flags = try table.number(at: start + 8, as: UInt64.self)
    isWritable = flags & 1 != 0
    isLoaded = flags & 2 != 0
    isExecutable = flags & 4 != 0
    address = try table.number(at: start + 16)
    offset = try table.number(at: start + 24)
    size = try table.number(at: start + 32)
    link = try table.number(at: start + 40)
  }
}

extension ELFSection {
  /// Every section; none when the file was stripped of them.
  ///
  /// - Throws: ``ObjectFileError`` when the table is not wholly in the file.
  static func all(
    _ header: ELFHeader, in source: any ByteSource
  ) throws(ObjectFileError) -> [ELFSection] {
    guard let table = try SectionTable(header, in: source) else { return [] }
    var sections = try table.sections()
    guard let names = try table.names(in: source) else { return sections }
    for index in sections.indices {
      sections[index].name = names.text(at: Int(sections[index].nameOffset)) ?? ""
    }
    return sections
  }

  /// The first section with this name.
  ///
  /// - Throws: ``ObjectFileError`` when the table is not wholly in the file.
  static func first(
    named name: String, _ header: ELFHeader, in source: any ByteSource
  ) throws(ObjectFileError) -> ELFSection? {
    guard let table = try SectionTable(header, in: source),
      let names = try table.names(in: source)
    else { return nil }
    for index in 0..<table.count
    where names.holds(name.utf8, at: try table.nameOffset(of: index)) {
      var section = try table.section(index)
      section.name = name
      return section
    }
    return nil
  }
}

/// The section headers as they stand in the file.
private struct SectionTable {
  let bytes: FileBytes
  let count: Int
  private let namesIndex: Int

  /// Nil when the file was stripped of them.
  init?(_ header: ELFHeader, in source: any ByteSource) throws(ObjectFileError) {
    guard header.sectionsOffset != 0 else { return nil }
    var count = UInt64(header.sectionCount)
    var namesIndex = Int(header.sectionNamesIndex)
    if count == 0 || namesIndex == 0xffff {
      // With 65,280 sections or more the first one, which is no section, holds the numbers.
      let first = try ELFSection(
        try source.bytes(at: header.sectionsOffset, count: ELFSection.size), at: 0)
      if count == 0 { count = first.size }
      if namesIndex == 0xffff { namesIndex = Int(first.link) }
    }
    guard count <= 1 << 16 else { throw .unsupported("an ELF file with \(count) sections") }
    self.count = Int(count)
    self.namesIndex = namesIndex
    bytes = try source.bytes(at: header.sectionsOffset, count: self.count * ELFSection.size)
  }

  func section(_ index: Int) throws(ObjectFileError) -> ELFSection {
    try ELFSection(bytes, at: index * ELFSection.size)
  }

  func nameOffset(of index: Int) throws(ObjectFileError) -> Int {
    Int(try bytes.number(at: index * ELFSection.size, as: UInt32.self))
  }

  func sections() throws(ObjectFileError) -> [ELFSection] {
    var sections: [ELFSection] = []
    sections.reserveCapacity(count)
    for index in 0..<count { sections.append(try section(index)) }
    return sections
  }

  /// Every name; nil when the table says nothing about where they are.
  func names(in source: any ByteSource) throws(ObjectFileError) -> FileBytes? {
    guard namesIndex < count else { return nil }
    let names = try section(namesIndex)
    return try source.bytes(at: names.offset, count: min(names.size, 16 << 20))
  }
}
