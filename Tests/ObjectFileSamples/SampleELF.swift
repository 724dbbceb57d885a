/// A small ELF file, made for a test. Its data is at an address that is not its place in the file.
public struct SampleELF {
  public enum Hash: Sendable, CaseIterable {
    case gnu, original, none
  }

  /// A symbol: its distance from the start of the data.
  public typealias Symbol = (name: String, distance: UInt64)

  public var kind: UInt16 = 3
  public var base: UInt64 = 0
  public var data: [UInt8] = []
  public var dynamicSymbols: [Symbol] = []
  public var undefinedSymbols: [String] = []
  public var fullSymbols: [Symbol] = []
  public var hash = Hash.gnu
  public var hasSections = true
  public var dataSection = ".data"
  public var needed: [String] = []
  public var runPath: String?
  public var soname: String?
  public var buildID: [UInt8] = [0xab, 0xcd, 0x01]
  public var constants: [UInt8] = []

  public init() {}

  /// What addresses of data are ahead of places in the file.
  public static let shift: UInt64 = 0x3000
  private static let dataOffset = 0x2000

  public var dataAddress: UInt64 { base + UInt64(Self.dataOffset) + Self.shift }

  public var bytes: [UInt8] {
    var names = NameTable()
    // As the hash wants it: undefined symbols first, all others in the order of their buckets.
    let buckets: UInt32 = 2
    let defined =
      hash == .gnu
      ? dynamicSymbols.sorted { gnuHash($0.name) % buckets < gnuHash($1.name) % buckets }
      : dynamicSymbols
    var symbols = [Entry(name: 0, value: 0, size: 0, section: 0)]
    for name in undefinedSymbols { symbols.append(Entry(name: names.add(name), section: 0)) }
    for symbol in defined {
      symbols.append(Entry(name: names.add(symbol.name), value: dataAddress + symbol.distance))
    }
    let neededNames = needed.map { names.add($0) }
    let runPathName = runPath.map { names.add($0) }
    let sonameName = soname.map { names.add($0) }

    var file = ByteWriter()
    file.zeros(upTo: 64 + 4 * 56)
    let noteStart = file.count
    for number in [4, UInt32(buildID.count), 3] { file.add(number) }
    file.add("GNU\0")
    file.add(buildID)
    file.align(to: 8)
    let noteEnd = file.count
    let symbolsStart = file.count
    for symbol in symbols { symbol.write(to: &file) }
    let namesStart = file.count
    file.add(names.bytes)
    file.align(to: 8)
    let hashStart = file.count
    switch hash {
    case .gnu: writeGNUHash(defined, first: UInt32(1 + undefinedSymbols.count), buckets, &file)
    case .original: writeHash((undefinedSymbols + defined.map(\.name)), &file)
    case .none: break
    }
    file.add(constants)
    let textEnd = file.count

    file.zeros(upTo: Self.dataOffset)
    file.add(data)
    file.align(to: 16)
    let dynamicStart = file.count
    var dynamic: [(UInt64, UInt64)] = neededNames.map { (1, UInt64($0)) }
    dynamic += [
      (6, base + UInt64(symbolsStart)), (5, base + UInt64(namesStart)),
      (10, UInt64(names.bytes.count)), (11, 24),
    ]
    if hash == .gnu { dynamic.append((0x6fff_fef5, base + UInt64(hashStart))) }
    if hash == .original { dynamic.append((4, base + UInt64(hashStart))) }
    if let runPathName { dynamic.append((29, UInt64(runPathName))) }
    if let sonameName { dynamic.append((14, UInt64(sonameName))) }
    for (tag, value) in dynamic + [(0, 0)] {
      file.add(tag)
      file.add(value)
    }
    let dataEnd = file.count

    let sections =
      hasSections ? writeSections(&file, symbolsStart, namesStart, names.bytes.count) : 0
    let size = file.bytes
    var start = ByteWriter()
    start.add([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0] + Array(repeating: 0, count: 8))
    start.add(kind)
    start.add(UInt16(62))
    start.add(UInt32(1))
    for number in [0, 64, UInt64(sections)] { start.add(number) }
    start.add(UInt32(0))
    for number in [64, 56, 4, sections == 0 ? 0 : 64, sections == 0 ? 0 : 7, sections == 0 ? 0 : 1]
      as [UInt16]
    { start.add(number) }
    let dataShift = Self.shift
    writeSegment(1, 5, 0, UInt64(textEnd), shift: 0, &start)
    writeSegment(1, 6, Self.dataOffset, UInt64(dataEnd - Self.dataOffset), shift: dataShift, &start)
    writeSegment(2, 6, dynamicStart, UInt64(dataEnd - dynamicStart), shift: dataShift, &start)
    writeSegment(4, 4, noteStart, UInt64(noteEnd - noteStart), shift: 0, &start)
    return start.bytes + size[start.count...]
  }

  private func writeSegment(
    _ type: UInt32, _ flags: UInt32, _ offset: Int, _ size: UInt64, shift: UInt64,
    _ file: inout ByteWriter
  ) {
    file.add(type)
    file.add(flags)
    let address = base + UInt64(offset) + shift
    for number in [UInt64(offset), address, address, size, size + (type == 1 ? 0x100 : 0), 8] {
      file.add(number)
    }
  }
}

extension SampleELF {
  /// Seven sections behind everything else; where their headers are.
  private func writeSections(
    _ file: inout ByteWriter, _ dynamicSymbols: Int, _ dynamicNames: Int, _ dynamicNamesSize: Int
  ) -> Int {
    var names = NameTable()
    var entries = [Entry(name: 0, value: 0, size: 0, section: 0)]
    for symbol in fullSymbols {
      entries.append(Entry(name: names.add(symbol.name), value: dataAddress + symbol.distance))
    }
    file.align(to: 8)
    let symbolsStart = file.count
    for entry in entries { entry.write(to: &file) }
    let namesStart = file.count
    file.add(names.bytes)

    var sectionNames = NameTable()
    let nameOffsets = [".shstrtab", dataSection, ".symtab", ".strtab", ".dynsym", ".dynstr"]
      .map { sectionNames.add($0) }
    let sectionNamesStart = file.count
    file.add(sectionNames.bytes)
    file.align(to: 8)
    let start = file.count
    file.add([UInt8](repeating: 0, count: 64))
    let count = UInt64(undefinedSymbols.count + self.dynamicSymbols.count + 1)
    let rows:
      [(kind: UInt32, flags: UInt64, address: UInt64, offset: Int, size: Int, link: UInt32)] = [
        (3, 0, 0, sectionNamesStart, sectionNames.bytes.count, 0),
        (1, 3, dataAddress, Self.dataOffset, data.count, 0),
        (2, 0, 0, symbolsStart, entries.count * 24, 4),
        (3, 0, 0, namesStart, names.bytes.count, 0),
        (11, 2, base + UInt64(dynamicSymbols), dynamicSymbols, Int(count) * 24, 6),
        (3, 2, base + UInt64(dynamicNames), dynamicNames, dynamicNamesSize, 0),
      ]
    for (name, row) in zip(nameOffsets, rows) {
      file.add(name)
      file.add(row.kind)
      for number in [row.flags, row.address, UInt64(row.offset), UInt64(row.size)] {
        file.add(number)
      }
      file.add(row.link)
      file.add(UInt32(0))
      for number in [8, 0] as [UInt64] { file.add(number) }
    }
    return start
  }

  private func writeGNUHash(
    _ symbols: [Symbol], first: UInt32, _ buckets: UInt32, _ file: inout ByteWriter
  ) {
    for number in [buckets, first, 1, 6] { file.add(number) }
    var filter: UInt64 = 0
    for symbol in symbols {
      let hash = gnuHash(symbol.name)
      filter |= 1 << UInt64(hash % 64) | 1 << UInt64((hash >> 6) % 64)
    }
    file.add(filter)
    for bucket in 0..<buckets {
      let index = symbols.firstIndex { gnuHash($0.name) % buckets == bucket }
      file.add(index.map { UInt32($0) + first } ?? 0)
    }
    for (index, symbol) in symbols.enumerated() {
      let next = symbols.indices.contains(index + 1) ? symbols[index + 1] : nil
      let isLast = next.map { gnuHash($0.name) % buckets != gnuHash(symbol.name) % buckets } ?? true
      file.add(gnuHash(symbol.name) & ~1 | (isLast ? 1 : 0))
    }
  }

  /// One bucket, whose chain goes through all of them.
  private func writeHash(_ names: [String], _ file: inout ByteWriter) {
    for number in [1, UInt32(names.count + 1), names.isEmpty ? 0 : 1] { file.add(number) }
    file.add(UInt32(0))
    for index in names.indices { file.add(index + 1 < names.count ? UInt32(index + 2) : 0) }
  }

  private func gnuHash(_ name: String) -> UInt32 {
    name.utf8.reduce(5381) { $0 &* 33 &+ UInt32($1) }
  }
}

/// A symbol as it stands in the file.
private struct Entry {
  var name: UInt32
  var value: UInt64 = 0
  var size: UInt64 = 8
  var section: UInt16 = 2

  func write(to file: inout ByteWriter) {
    file.add(name)
    file.add([0x11, 0])
    file.add(section)
    file.add(value)
    file.add(size)
  }
}
