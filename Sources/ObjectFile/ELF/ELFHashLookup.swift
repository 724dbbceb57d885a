/// Finds one name among a file's dynamic symbols in a handful of small reads.
struct ELFHashLookup {
  let dynamic: ELFDynamic
  let source: any ByteSource

  /// A chain as long as this is no hash table.
  private static let longestChain = 65_536

  /// - Throws: ``ObjectFileError`` when the tables are not what they should be.
  func symbol(named name: String) throws(ObjectFileError) -> RawSymbol? {
    if let table = dynamic.gnuHash { return try symbol(named: name, gnuHash: table) }
    if let table = dynamic.hash { return try symbol(named: name, hash: table) }
    return nil
  }

  /// The table of binutils: a filter, buckets, and chains that end with a set lowest bit.
  private func symbol(
    named name: String, gnuHash table: UInt64
  ) throws(ObjectFileError) -> RawSymbol? {
    let header = try source.bytes(at: table, count: 16)
    let bucketCount = try header.number(at: 0, as: UInt32.self)
    let firstSymbol = try header.number(at: 4, as: UInt32.self)
    let filterCount = try header.number(at: 8, as: UInt32.self)
    let filterShift = try header.number(at: 12, as: UInt32.self)
    guard bucketCount > 0, filterCount > 0, filterShift < 32 else {
      throw .damaged("the hash table of its symbols is empty")
    }
    let hash = Self.gnuHash(name)
    let word: UInt64 = try number(table, 16 + UInt64(hash / 64 % filterCount) * 8)
    let mask = UInt64(1) << UInt64(hash % 64) | UInt64(1) << UInt64((hash >> filterShift) % 64)
    guard word & mask == mask else { return nil }

    let buckets = 16 + UInt64(filterCount) * 8
    let chains = buckets + UInt64(bucketCount) * 4
    var index: UInt32 = try number(table, buckets + UInt64(hash % bucketCount) * 4)
    guard index >= firstSymbol else { return nil }
    for _ in 0..<Self.longestChain {
      let entry: UInt32 = try number(table, chains + UInt64(index - firstSymbol) * 4)
      if entry | 1 == hash | 1, let symbol = try defined(index, as: name) { return symbol }
      guard entry & 1 == 0, index < .max else { return nil }
      index += 1
    }
    throw .damaged("the hash table of its symbols has no end")
  }

  /// The table of the original specification.
  private func symbol(
    named name: String, hash table: UInt64
  ) throws(ObjectFileError) -> RawSymbol? {
    let bucketCount: UInt32 = try number(table, 0)
    guard bucketCount > 0 else { throw .damaged("the hash table of its symbols is empty") }
    var index: UInt32 = try number(table, 8 + UInt64(Self.hash(name) % bucketCount) * 4)
    let chains = 8 + UInt64(bucketCount) * 4
    for _ in 0..<Self.longestChain {
      guard index != 0 else { return nil }
      if let symbol = try defined(index, as: name) { return symbol }
      index = try number(table, chains + UInt64(index) * 4)
    }
    throw .damaged("the hash table of its symbols has no end")
  }

  private func number<Number: FixedWidthInteger>(
    _ table: UInt64, _ distance: UInt64
  ) throws(ObjectFileError) -> Number {
    guard let place = table.adding(distance) else {
      throw .damaged("the hash table of its symbols leaves the file")
    }
    return try source.bytes(at: place, count: MemoryLayout<Number>.size).number(at: 0)
  }

  /// The symbol with this index if the file defines it and it has this name.
  private func defined(_ index: UInt32, as name: String) throws(ObjectFileError) -> RawSymbol? {
    guard let place = dynamic.symbols.adding(UInt64(index) * UInt64(ELFSymbol.size)) else {
      throw .damaged("its symbols leave the file")
    }
    let symbol = try RawSymbol(try source.bytes(at: place, count: ELFSymbol.size), at: 0)
    let nameEnd = UInt64(symbol.nameOffset) + UInt64(name.utf8.count) + 1
    guard symbol.isDefined, nameEnd <= dynamic.namesSize,
      let namePlace = dynamic.names.adding(UInt64(symbol.nameOffset))
    else { return nil }
    let text = try source.prefix(at: namePlace, limit: name.utf8.count + 1)
    return text.holds(name.utf8, at: 0) ? symbol : nil
  }

  static func gnuHash(_ name: String) -> UInt32 {
    name.utf8.reduce(5381) { $0 &* 33 &+ UInt32($1) }
  }

  static func hash(_ name: String) -> UInt32 {
    name.utf8.reduce(0) { hash, byte in
      let sum = (hash << 4) &+ UInt32(byte)
      let high = sum & 0xf000_0000
      return (sum ^ (high >> 24)) & ~high
    }
  }
}
