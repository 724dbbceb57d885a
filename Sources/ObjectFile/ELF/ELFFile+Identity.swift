extension ELFFile {
  /// What the linker computed over the file (`NT_GNU_BUILD_ID`), usually 20 bytes.
  ///
  /// - Throws: ``ObjectFileError`` when a note is not in the file.
  public func buildID() throws(ObjectFileError) -> [UInt8]? {
    for segment in map.all where segment.kind == .note {
      let notes = try source.bytes(at: segment.offset, count: min(segment.fileSize, 1 << 16))
      if let found = try Self.buildID(in: notes, alignment: segment.alignment) { return found }
    }
    return nil
  }

  private static func buildID(
    in notes: FileBytes, alignment: UInt64
  ) throws(ObjectFileError) -> [UInt8]? {
    let alignment = alignment == 8 ? 8 : 4
    var start = 0
    while start + 12 <= notes.count {
      let nameSize = Int(try notes.number(at: start, as: UInt32.self))
      let size = Int(try notes.number(at: start + 4, as: UInt32.self))
      let kind = try notes.number(at: start + 8, as: UInt32.self)
      let data = (start + 12 + nameSize + alignment - 1) / alignment * alignment
      guard data <= notes.count, size <= notes.count - data else { return nil }
      if kind == 3, nameSize == 4, notes.holds("GNU".utf8, at: start + 12) {
        return Array(notes.bytes[data..<(data + size)])
      }
      start = (data + size + alignment - 1) / alignment * alignment
    }
    return nil
  }

  /// The program that loads this one (`PT_INTERP`); nil for a library, or a program without one.
  ///
  /// - Throws: ``ObjectFileError`` when it is not in the file.
  public func loader() throws(ObjectFileError) -> String? {
    guard let segment = map.all.first(where: { $0.kind == .interpreter }) else { return nil }
    return try source.bytes(at: segment.offset, count: min(segment.fileSize, 4096)).text(at: 0)
  }

  /// The name by which others need this library (`DT_SONAME`).
  ///
  /// - Throws: ``ObjectFileError`` when it is not in the file.
  public func soname() throws(ObjectFileError) -> String? { try text(try dynamic?.soname) }

  /// The names of the libraries that the loader loads with this file (`DT_NEEDED`).
  ///
  /// - Throws: ``ObjectFileError`` when one is not in the file.
  public func neededLibraries() throws(ObjectFileError) -> [String] {
    var names: [String] = []
    for place in try dynamic?.needed ?? [] {
      if let name = try text(place) { names.append(name) }
    }
    return names
  }

  /// The folders where the loader looks first (`DT_RUNPATH`), with `$ORIGIN` as it stands there.
  ///
  /// - Throws: ``ObjectFileError`` when they are not in the file.
  public func libraryFolders() throws(ObjectFileError) -> [String] {
    try text(try dynamic?.runPath)?.split(separator: ":").map(String.init) ?? []
  }

  private func text(_ offset: UInt64?) throws(ObjectFileError) -> String? {
    guard let dynamic = try dynamic, let offset, offset < dynamic.namesSize,
      let place = dynamic.names.adding(offset)
    else { return nil }
    return try source.prefix(at: place, limit: 4096).text(at: 0)
  }
}
