/// Where the loader finds symbols (`PT_DYNAMIC`), as places in the file.
struct ELFDynamic: Hashable, Sendable {
  var symbols: UInt64
  var names: UInt64
  var namesSize: UInt64
  var gnuHash: UInt64?
  var hash: UInt64?
  var soname: UInt64?
  /// Places among the names, as ``soname``.
  var needed: [UInt64]
  var runPath: UInt64?

  /// Nil when there is no dynamic segment, or none that names symbols: a static program.
  ///
  /// - Parameter bias: of a file in memory, where addresses may be final ones.
  init?(
    _ file: ELFSegments, in source: any ByteSource, loadBias bias: UInt64?
  ) throws(ObjectFileError) {
    guard let segment = file.all.first(where: { $0.kind == .dynamic }) else { return nil }
    let table = try source.bytes(at: segment.offset, count: min(segment.fileSize, 1 << 20))
    var values: [UInt64: UInt64] = [:]
    var needed: [UInt64] = []
    for start in stride(from: 0, to: table.count - 15, by: 16) {
      let tag = try table.number(at: start, as: UInt64.self)
      if tag == 0 { break }
      let value = try table.number(at: start + 8, as: UInt64.self)
      if values[tag] == nil { values[tag] = value }
      if tag == 1 { needed.append(value) }
    }
    func place(_ tag: UInt64) -> UInt64? {
      guard let value = values[tag] else { return nil }
      return file.fileOffset(value) ?? bias.flatMap { file.fileOffset(value &- $0) }
    }
    guard let symbols = place(6), let names = place(5), let namesSize = values[10] else {
      return nil
    }
    self.symbols = symbols
    self.names = names
    self.namesSize = namesSize
    gnuHash = place(0x6fff_fef5)
    hash = place(4)
    soname = values[14]
    // DT_RUNPATH, else the older DT_RPATH.
    runPath = values[29] ?? values[15]
    self.needed = needed
  }
}
