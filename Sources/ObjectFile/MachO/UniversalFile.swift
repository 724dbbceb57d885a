/// Several Mach-O files in one, one for each processor.
struct UniversalFile {
  /// More than any universal file has; Java's class files, which begin alike, show 45 and above.
  private static let mostParts: UInt32 = 32

  let parts: [any ByteSource]

  /// Nil when it does not begin as one.
  ///
  /// - Throws: ``ObjectFileError`` when a part is not wholly inside.
  init?(_ source: any ByteSource) throws(ObjectFileError) {
    let header = try source.prefix(at: 0, limit: 8)
    let isWide: Bool
    switch header.bytes.prefix(4) {
    case [0xca, 0xfe, 0xba, 0xbe]: isWide = false
    case [0xca, 0xfe, 0xba, 0xbf]: isWide = true
    default: return nil
    }
    // These headers, and only these, are big-endian.
    let count = try header.number(at: 4, as: UInt32.self).byteSwapped
    guard count <= Self.mostParts else { return nil }
    let size = isWide ? 32 : 20
    let table = try source.bytes(at: 8, count: Int(count) * size)
    var parts: [any ByteSource] = []
    for start in stride(from: 0, to: table.count, by: size) {
      if isWide {
        let offset = try table.number(at: start + 8, as: UInt64.self).byteSwapped
        let length = try table.number(at: start + 16, as: UInt64.self).byteSwapped
        parts.append(try ByteSlice(source, at: offset, count: length))
      } else {
        let offset = try table.number(at: start + 8, as: UInt32.self).byteSwapped
        let length = try table.number(at: start + 12, as: UInt32.self).byteSwapped
        parts.append(try ByteSlice(source, at: UInt64(offset), count: UInt64(length)))
      }
    }
    self.parts = parts
  }
}
