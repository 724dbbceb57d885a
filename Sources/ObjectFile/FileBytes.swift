/// Bytes out of a file, from which numbers are taken only where there are any.
public struct FileBytes: Hashable, Sendable {
  public let bytes: [UInt8]

  public init(_ bytes: [UInt8]) { self.bytes = bytes }

  public var count: Int { bytes.count }

  /// The little-endian number at this offset.
  ///
  /// - Throws: ``ObjectFileError`` when it is not wholly inside.
  public func number<Number: FixedWidthInteger>(
    at offset: Int, as type: Number.Type = Number.self
  ) throws(ObjectFileError) -> Number {
    guard offset >= 0, offset <= count, MemoryLayout<Number>.size <= count - offset else {
      throw .outside(
        offset: UInt64(clamping: offset), count: MemoryLayout<Number>.size, size: UInt64(count))
    }
    return bytes.withUnsafeBytes {
      Number(littleEndian: $0.loadUnaligned(fromByteOffset: offset, as: type))
    }
  }

  /// The text from this offset to the next zero byte; nil if none follows within the limit.
  func text(at offset: Int, limit: Int = 4096) -> String? {
    guard offset >= 0, offset < count else { return nil }
    let rest = bytes[offset...].prefix(limit)
    guard let end = rest.firstIndex(of: 0) else { return nil }
    return String(decoding: rest[..<end], as: UTF8.self)
  }

  /// Whether exactly this text, and a zero byte behind it, is at this offset.
  func holds(_ text: some Collection<UInt8>, at offset: Int) -> Bool {
    guard offset >= 0, offset <= count, text.count < count - offset else { return false }
    return bytes[offset + text.count] == 0 && bytes[offset...].starts(with: text)
  }

  /// The text of a field of fixed width, which a zero byte ends only if there is room.
  func fixedText(at offset: Int, width: Int) -> String? {
    guard offset >= 0, width >= 0, offset <= count, width <= count - offset else { return nil }
    return String(decoding: bytes[offset..<(offset + width)].prefix { $0 != 0 }, as: UTF8.self)
  }
}

extension UInt64 {
  /// Nil when the sum does not fit.
  func adding(_ other: UInt64) -> UInt64? {
    let (sum, overflow) = addingReportingOverflow(other)
    return overflow ? nil : sum
  }

  /// Nil when the product does not fit.
  func times(_ other: UInt64) -> UInt64? {
    let (product, overflow) = multipliedReportingOverflow(by: other)
    return overflow ? nil : product
  }

  /// Nil when the other is larger.
  func subtracting(_ other: UInt64) -> UInt64? { other <= self ? self - other : nil }
}
