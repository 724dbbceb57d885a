extension MachOFile {
  /// The address of what C calls `name` (the file has one `_` more), from the exports, else from the
  /// table of symbols.
  ///
  /// - Throws: ``ObjectFileError`` when a table is damaged.
  public func symbol(named name: String) throws(ObjectFileError) -> UInt64? {
    if let address = try export(named: "_" + name) { return address }
    return try symbols(named: name).first
  }

  /// Every address that the table of symbols has for what C calls `name`.
  ///
  /// - Throws: ``ObjectFileError`` when it is damaged.
  public func symbols(named name: String) throws(ObjectFileError) -> [UInt64] {
    guard let symbols else { return [] }
    let names = try source.bytes(at: UInt64(symbols.names), count: Int(symbols.namesSize))
    let places = Set(names.positions(of: Array("_\(name)".utf8) + [0]).compactMap(UInt32.init))
    guard !places.isEmpty else { return [] }
    guard symbols.count <= 1 << 22 else { throw .damaged("it claims \(symbols.count) symbols") }
    let table = try source.bytes(at: UInt64(symbols.offset), count: Int(symbols.count) * 16)
    var found: [UInt64] = []
    for start in stride(from: 0, to: table.count, by: 16)
    where places.contains(try table.number(at: start)) {
      let type = try table.number(at: start + 4, as: UInt8.self)
      let value = try table.number(at: start + 8, as: UInt64.self)
      // Defined in a section, and not an entry for debuggers.
      if type & 0xe0 == 0, type & 0xe == 0xe, !found.contains(value) { found.append(value) }
    }
    return found
  }

  /// Walks the exports, a tree whose edges are pieces of names.
  private func export(named name: String) throws(ObjectFileError) -> UInt64? {
    guard let exports, exports.size > 0 else { return nil }
    let tree = try source.bytes(at: UInt64(exports.offset), count: Int(exports.size))
    var rest = Array(name.utf8)[...]
    var node = 0
    // Each step takes a piece of the name; an empty piece would never end.
    for _ in 0...name.utf8.count {
      var reader = ULEBReader(tree, at: node)
      guard let size = reader.next(), let length = Int(exactly: size),
        length <= tree.count - reader.position
      else { throw .damaged("its tree of exports is cut off") }
      if rest.isEmpty {
        // Flags: 0 and 2 are plain addresses; others lead to other files or to resolvers.
        guard length > 0, let flags = reader.next(), flags & ~0x4 == 0 || flags == 2,
          let address = reader.next()
        else { return nil }
        return flags & 3 == 2 ? address : imageBase.adding(address)
      }
      guard let child = try child(of: node, in: tree, after: reader.position + length, &rest)
      else { return nil }
      node = child
    }
    return nil
  }

  /// The node behind the edge that the rest of the name begins with, which is taken from it.
  private func child(
    of node: Int, in tree: FileBytes, after children: Int, _ rest: inout ArraySlice<UInt8>
  ) throws(ObjectFileError) -> Int? {
    var position = children
    let count = try tree.number(at: position, as: UInt8.self)
    position += 1
    for _ in 0..<count {
      guard let end = tree.bytes[min(position, tree.count)...].firstIndex(of: 0) else { break }
      let edge = tree.bytes[position..<end]
      var reader = ULEBReader(tree, at: end + 1)
      guard let place = reader.next() else { break }
      if !edge.isEmpty, rest.starts(with: edge) {
        rest = rest.dropFirst(edge.count)
        guard let child = Int(exactly: place), child < tree.count else { break }
        return child
      }
      position = reader.position
    }
    return nil
  }
}

/// Reads numbers of seven bits a byte.
private struct ULEBReader {
  private let bytes: FileBytes
  private(set) var position: Int

  init(_ bytes: FileBytes, at position: Int) {
    self.bytes = bytes
    self.position = position
  }

  /// Nil at the end, and for a number above 64 bits.
  mutating func next() -> UInt64? {
    var value: UInt64 = 0
    for shift in stride(from: UInt64(0), to: 63, by: 7) {
      guard position < bytes.count else { return nil }
      let byte = bytes.bytes[position]
      position += 1
      value |= UInt64(byte & 0x7f) << shift
      if byte & 0x80 == 0 { return value }
    }
    return nil
  }
}
