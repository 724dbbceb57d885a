import ObjectFile

/// Looks through the data of a file for the beginning of a table.
///
/// The cookie alone is no proof: code that checks for it holds it as well. It counts in writable
/// data that is no code, aligned as a structure, and before a version word of 3.13 or later.
struct CookieScan {
  let image: ObjectImage

  private static let step = 1 << 20

  func first() throws(ObjectFileError) -> UInt64? {
    for region in image.regions where region.isWritable && !region.isExecutable {
      var start = region.address
      while let chunk = try next(start, in: region) {
        if let place = Self.place(in: chunk.bytes, at: start) { return start &+ UInt64(place) }
        let (next, wraps) = start.addingReportingOverflow(UInt64(Self.step))
        guard chunk.count > Self.step, !wraps else { break }
        start = next
      }
    }
    return nil
  }

  private func next(
    _ start: UInt64, in region: ObjectImage.Region
  ) throws(ObjectFileError) -> FileBytes? {
    // Headers must not be cut in two by the steps; the rest of a table is not looked at here.
    let chunk = try image.bytes(atAddress: start, count: Self.step + DebugOffsetsHeader.size)
    return chunk.count >= DebugOffsetsHeader.size ? chunk : nil
  }

  /// Where in these bytes a table may begin.
  ///
  /// - Parameter address: of the first byte.
  static func place(in bytes: [UInt8], at address: UInt64) -> Int? {
    let first = Int((8 - address % 8) % 8)
    let cookie = DebugOffsetsHeader.cookie.word(at: 0)
    return bytes.withUnsafeBytes { memory in
      stride(from: first, to: memory.count - DebugOffsetsHeader.size + 1, by: 8).first { place in
        guard memory.loadUnaligned(fromByteOffset: place, as: UInt64.self).littleEndian == cookie
        else { return false }
        return isHeader(memory[place..<(place + DebugOffsetsHeader.size)])
      }
    }
  }

  /// Whether it is the header of a table that can exist, known or not.
  private static func isHeader(_ bytes: Slice<UnsafeRawBufferPointer>) -> Bool {
    do {
      _ = try DebugOffsetsHeader(parsing: bytes)
      return true
    } catch {
      switch error {
      case .unknownSeries(let version), .preRelease(let version): return version.minor >= 13
      case .noCookie, .truncated, .noVersion, .damaged: return false
      }
    }
  }
}
