/// Finds one name in a table of symbols that has no index, such as `.symtab`.
struct ELFSymbolScan {
  let source: any ByteSource
  let symbols: Range<UInt64>
  let names: Range<UInt64>

  private static let step = 1 << 18

  /// - Throws: ``ObjectFileError`` when a table is not wholly in the file.
  func symbols(named name: String) throws(ObjectFileError) -> [RawSymbol] {
    for range in [symbols, names] where range.upperBound > source.count {
      throw .outside(
        offset: range.lowerBound, count: Int(clamping: range.upperBound - range.lowerBound),
        size: source.count)
    }
    let offsets = try nameOffsets(of: name)
    guard !offsets.isEmpty else { return [] }
    var found: [RawSymbol] = []
    let step = UInt64(Self.step / ELFSymbol.size * ELFSymbol.size)
    for start in stride(from: symbols.lowerBound, to: symbols.upperBound, by: Int(step)) {
      let chunk = try source.bytes(at: start, count: min(step, symbols.upperBound - start))
      for position in stride(from: 0, to: chunk.count - ELFSymbol.size + 1, by: ELFSymbol.size)
      where offsets.contains(try chunk.number(at: position)) {
        let symbol = try RawSymbol(chunk, at: position)
        if symbol.isDefined { found.append(symbol) }
      }
    }
    return found
  }

  /// The first symbol of each name, in one pass where the names are no larger than those of any CPython.
  ///
  /// - Throws: ``ObjectFileError`` when a table is not wholly in the file.
  func firstSymbols(named wanted: [String]) throws(ObjectFileError) -> [RawSymbol?] {
    let size = names.upperBound - names.lowerBound
    guard size <= 16 << 20, names.upperBound <= source.count, symbols.upperBound <= source.count
    else {
      var found: [RawSymbol?] = []
      for name in wanted { found.append(try symbols(named: name).first) }
      return found
    }
    let text = try source.bytes(at: names.lowerBound, count: size)
    let starts = wanted.map { NameStart(Array($0.utf8) + [0]) }
    var found = [RawSymbol?](repeating: nil, count: wanted.count)
    let step = UInt64(Self.step / ELFSymbol.size * ELFSymbol.size)
    for start in stride(from: symbols.lowerBound, to: symbols.upperBound, by: Int(step)) {
      let chunk = try source.bytes(at: start, count: min(step, symbols.upperBound - start))
      for position in stride(from: 0, to: chunk.count - ELFSymbol.size + 1, by: ELFSymbol.size) {
        let offset = Int(try chunk.number(at: position, as: UInt32.self))
        guard let word = NameStart.word(text.bytes, at: offset) else { continue }
        for index in starts.indices
        where starts[index].matches(word) && found[index] == nil
          && text.holds(wanted[index].utf8, at: offset)
        {
          let symbol = try RawSymbol(chunk, at: position)
          if symbol.isDefined { found[index] = symbol }
        }
      }
    }
    return found
  }

  /// Where the name stands among the names. Linkers let a name end another, so any place counts.
  private func nameOffsets(of name: String) throws(ObjectFileError) -> Set<UInt32> {
    let pattern = Array(name.utf8) + [0]
    var offsets: Set<UInt32> = []
    var start = names.lowerBound
    while start < names.upperBound {
      let chunk = try source.bytes(
        at: start, count: min(UInt64(Self.step + pattern.count - 1), names.upperBound - start))
      for position in chunk.positions(of: pattern) where position < Self.step {
        let offset = start - names.lowerBound + UInt64(position)
        if let offset = UInt32(exactly: offset) { offsets.insert(offset) }
      }
      guard let next = start.adding(UInt64(Self.step)) else { break }
      start = next
    }
    return offsets
  }
}

/// The first eight bytes of a name with its end, by which nearly all others are told apart.
private struct NameStart {
  private let word: UInt64
  private let mask: UInt64

  init(_ name: [UInt8]) {
    var word: UInt64 = 0
    for (index, byte) in name.prefix(8).enumerated() { word |= UInt64(byte) << UInt64(index * 8) }
    self.word = word
    mask = name.count >= 8 ? .max : (1 << UInt64(name.count * 8)) - 1
  }

  func matches(_ other: UInt64) -> Bool { other & mask == word }

  /// What stands there, with zeros where the bytes end; nil for a place outside.
  static func word(_ bytes: [UInt8], at offset: Int) -> UInt64? {
    guard offset >= 0, offset < bytes.count else { return nil }
    if bytes.count - offset >= 8 {
      return bytes.withUnsafeBytes {
        UInt64(littleEndian: $0.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
      }
    }
    var word: UInt64 = 0
    for (index, byte) in bytes[offset...].enumerated() { word |= UInt64(byte) << UInt64(index * 8) }
    return word
  }
}

extension FileBytes {
  /// Where this pattern, which is not empty, begins.
  func positions(of pattern: [UInt8]) -> [Int] {
    guard let last = pattern.last, pattern.count <= count else { return [] }
    return bytes.withUnsafeBufferPointer { bytes in
      pattern.withUnsafeBufferPointer { pattern in
        var positions: [Int] = []
        let before = pattern.count - 1
        // The last byte, a zero after a name, is the rarest; and two bytes decide nearly always.
        let first = pattern[0]
        for end in before..<bytes.count where bytes[end] == last && bytes[end - before] == first {
          if (1..<pattern.count).allSatisfy({ bytes[end - before + $0] == pattern[$0] }) {
            positions.append(end - before)
          }
        }
        return positions
      }
    }
  }
}
