extension ELFFile {
  /// A symbol that this file defines: from what the loader sees, else from the full table.
  ///
  /// About ten small reads when the file has a hash table and the name is there, as with every
  /// CPython that exports it.
  ///
  /// - Throws: ``ObjectFileError`` when a table is damaged.
  public func symbol(named name: String) throws(ObjectFileError) -> ELFSymbol? {
    if let found = try dynamicSymbols(named: name).first { return found }
    return try fullSymbols(named: name).first
  }

  /// As ``symbol(named:)`` for several names, with one pass over the full table for those that the
  /// loader does not see; nil where there is none.
  ///
  /// - Throws: ``ObjectFileError`` when a table is damaged.
  public func firstSymbols(named names: [String]) throws(ObjectFileError) -> [ELFSymbol?] {
    var found: [ELFSymbol?] = []
    for name in names { found.append(try dynamicSymbols(named: name).first) }
    let missing = names.indices.filter { found[$0] == nil }
    guard !missing.isEmpty, let scan = try scan(kind: 2) else { return found }
    let rest = try scan.firstSymbols(named: missing.map { names[$0] })
    for (index, symbol) in zip(missing, rest) {
      found[index] = symbol?.named(names[index], in: .full)
    }
    return found
  }

  /// Every definition of this name in both tables, each address once.
  ///
  /// - Throws: ``ObjectFileError`` when a table is damaged.
  public func symbols(named name: String) throws(ObjectFileError) -> [ELFSymbol] {
    var found = try dynamicSymbols(named: name)
    for symbol in try fullSymbols(named: name)
    where !found.contains(where: { $0.value == symbol.value }) {
      found.append(symbol)
    }
    return found
  }

  private func dynamicSymbols(named name: String) throws(ObjectFileError) -> [ELFSymbol] {
    let dynamic = try dynamic
    if let dynamic, dynamic.gnuHash != nil || dynamic.hash != nil {
      return try ELFHashLookup(dynamic: dynamic, source: source).symbol(named: name)
        .map { [$0.named(name, in: .dynamic)] } ?? []
    }
    if let dynamic, dynamic.names > dynamic.symbols,
      let namesEnd = dynamic.names.adding(dynamic.namesSize)
    {
      // Without a hash table nothing tells their number; linkers put the names right behind.
      let scan = ELFSymbolScan(
        source: source, symbols: dynamic.symbols..<dynamic.names, names: dynamic.names..<namesEnd)
      return try scan.symbols(named: name).map { $0.named(name, in: .dynamic) }
    }
    return try scan(kind: 11, for: name).map { $0.named(name, in: .dynamic) }
  }

  private func fullSymbols(named name: String) throws(ObjectFileError) -> [ELFSymbol] {
    try scan(kind: 2, for: name).map { $0.named(name, in: .full) }
  }

  /// Scans the table of symbols in the section of this kind (`SHT_SYMTAB` 2, `SHT_DYNSYM` 11).
  private func scan(kind: UInt32, for name: String) throws(ObjectFileError) -> [RawSymbol] {
    try scan(kind: kind)?.symbols(named: name) ?? []
  }

  private func scan(kind: UInt32) throws(ObjectFileError) -> ELFSymbolScan? {
    let sections = try sections()
    guard let table = sections.first(where: { $0.kind == kind }),
      sections.indices.contains(Int(table.link))
    else { return nil }
    return ELFSymbolScan(
      source: source, symbols: try table.fileRange, names: try sections[Int(table.link)].fileRange)
  }
}

extension ELFSection {
  /// Where its bytes are in the file; empty for one without any.
  var fileRange: Range<UInt64> {
    get throws(ObjectFileError) {
      guard hasContents else { return offset..<offset }
      guard let end = offset.adding(size), size <= 1 << 30 else {
        throw .damaged("its section \(name) has \(size) bytes")
      }
      return offset..<end
    }
  }
}
