extension PEFile {
  /// The address of an export; nil when there is none with this name, or it leads to another file.
  ///
  /// About 15 small reads for the 1,700 exports of a CPython.
  ///
  /// - Throws: ``ObjectFileError`` when the table is damaged.
  public func export(named name: String) throws(ObjectFileError) -> UInt64? {
    guard let exports else { return nil }
    let directory = try bytes(exports.address, count: 40)
    let functionCount = try directory.number(at: 20, as: UInt32.self)
    let nameCount = try directory.number(at: 24, as: UInt32.self)
    let functions = try directory.number(at: 28, as: UInt32.self)
    let names = try directory.number(at: 32, as: UInt32.self)
    let ordinals = try directory.number(at: 36, as: UInt32.self)

    // The names are sorted, for this purpose.
    var low: UInt32 = 0
    var high = nameCount
    while low < high {
      let middle = low + (high - low) / 2
      let place: UInt32 = try entry(middle, of: names, size: 4)
      switch try compare(name, toTextAt: place) {
      case 0:
        let ordinal: UInt16 = try entry(middle, of: ordinals, size: 2)
        guard ordinal < functionCount else {
          throw .damaged("its export \(name) has the number \(ordinal) of \(functionCount)")
        }
        let address: UInt32 = try entry(UInt32(ordinal), of: functions, size: 4)
        // An address inside of the table is a text: where else the function is.
        let isForwarded = address >= exports.address && address - exports.address < exports.size
        return address == 0 || isForwarded ? nil : imageBase.adding(UInt64(address))
      case 1: low = middle + 1
      default: high = middle
      }
    }
    return nil
  }

  /// The name by which others need this library.
  ///
  /// - Throws: ``ObjectFileError`` when it is not in the file.
  public func exportedName() throws(ObjectFileError) -> String? {
    guard let exports else { return nil }
    let place = try bytes(exports.address, count: 40).number(at: 12, as: UInt32.self)
    return try text(place, limit: 512).text(at: 0)
  }

  /// 0 when they are the same, 1 when the name comes after the text, else -1.
  private func compare(_ name: String, toTextAt place: UInt32) throws(ObjectFileError) -> Int {
    let found = try text(place, limit: name.utf8.count + 1).bytes.prefix { $0 != 0 }
    if found.elementsEqual(name.utf8) { return 0 }
    return found.lexicographicallyPrecedes(name.utf8) ? 1 : -1
  }

  private func entry<Number: FixedWidthInteger>(
    _ index: UInt32, of table: UInt32, size: UInt64
  ) throws(ObjectFileError) -> Number {
    guard let place = UInt32(exactly: UInt64(table) + UInt64(index) * size) else {
      throw .damaged("its table of exports leaves the address space")
    }
    return try bytes(place, count: Int(size)).number(at: 0)
  }

  private func bytes(_ address: UInt32, count: Int) throws(ObjectFileError) -> FileBytes {
    guard let offset = fileOffset(address) else {
      throw .damaged("its table of exports is in no section")
    }
    return try source.bytes(at: offset, count: count)
  }

  private func text(_ address: UInt32, limit: Int) throws(ObjectFileError) -> FileBytes {
    guard let offset = fileOffset(address) else {
      throw .damaged("the name of an export is in no section")
    }
    return try source.prefix(at: offset, limit: limit)
  }
}
