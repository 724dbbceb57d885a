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
    guard header.sectionsOffset != 0 else { return [] }
    let first = try ELFSection(
      try source.bytes(at: header.sectionsOffset, count: Self.size), at: 0)
    // With 65,280 sections or more the first one, which is no section, holds the number.
    let count = header.sectionCount == 0 ? first.size : UInt64(header.sectionCount)
    guard count <= 1 << 16 else { throw .unsupported("an ELF file with \(count) sections") }
    let table = try source.bytes(at: header.sectionsOffset, count: Int(count) * Self.size)
    var sections: [ELFSection] = []
    for start in stride(from: 0, to: table.count, by: Self.size) {
      sections.append(try ELFSection(table, at: start))
    }
    let namesIndex =
      header.sectionNamesIndex == 0xffff ? Int(first.link) : Int(header.sectionNamesIndex)
    guard sections.indices.contains(namesIndex) else { return sections }
    let names = try source.bytes(
      at: sections[namesIndex].offset, count: min(sections[namesIndex].size, 16 << 20))
    for index in sections.indices {
      sections[index].name = names.text(at: Int(sections[index].nameOffset)) ?? ""
    }
    return sections
  }
}
