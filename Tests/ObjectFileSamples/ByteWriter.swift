/// Puts bytes behind each other, little-endian unless said otherwise.
public struct ByteWriter {
  public var bytes: [UInt8] = []

  public init() {}

  public var count: Int { bytes.count }

  public mutating func add(_ number: some FixedWidthInteger) {
    withUnsafeBytes(of: number.littleEndian) { bytes += $0 }
  }

  /// Without a zero byte at its end, unless it has one.
  public mutating func add(_ text: String) { bytes += text.utf8 }

  public mutating func add(_ more: [UInt8]) { bytes += more }

  /// A field of fixed width.
  public mutating func add(_ text: String, width: Int) {
    bytes +=
      Array(text.utf8.prefix(width)) + Array(repeating: 0, count: max(0, width - text.utf8.count))
  }

  public mutating func zeros(upTo place: Int) {
    bytes += Array(repeating: 0, count: max(0, place - count))
  }

  public mutating func align(to alignment: Int) {
    zeros(upTo: (count + alignment - 1) / alignment * alignment)
  }
}

/// A text table: names behind each other with zeros between, as linkers make it.
struct NameTable {
  private(set) var bytes: [UInt8] = [0]

  mutating func add(_ name: String) -> UInt32 {
    defer { bytes += Array(name.utf8) + [0] }
    return UInt32(bytes.count)
  }
}
