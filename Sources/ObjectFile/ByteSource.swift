/// Where the bytes of an object file come from: the only way to the outside that this module has.
///
/// A file is read where it is looked at, never as a whole, so a source should answer small reads at
/// any place quickly. It should not be a mapping: a file that is made shorter meanwhile would end
/// the process that reads it.
public protocol ByteSource: Sendable {
  /// The size in bytes.
  var count: UInt64 { get }

  /// Fills the whole buffer with what is at this offset.
  ///
  /// - Throws: ``ObjectFileError`` when fewer bytes are there, or they cannot be read.
  func read(at offset: UInt64, into buffer: UnsafeMutableRawBufferPointer) throws(ObjectFileError)
}

extension ByteSource {
  /// The most that is read at once: no table that a debugger needs is larger.
  static var largestRead: Int { 64 << 20 }

  /// - Throws: ``ObjectFileError`` when the range is not wholly there, before any memory is taken.
  public func bytes(at offset: UInt64, count: Int) throws(ObjectFileError) -> FileBytes {
    guard count >= 0, count <= Self.largestRead,
      let end = offset.adding(UInt64(count)), end <= self.count
    else { throw .outside(offset: offset, count: count, size: self.count) }
    guard count > 0 else { return FileBytes([]) }
    var failure: ObjectFileError?
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { memory, initialized in
      do throws(ObjectFileError) {
        let part = UnsafeMutableRawBufferPointer(memory.extracting(0..<count))
        part.initializeMemory(as: UInt8.self, repeating: 0)
        try read(at: offset, into: part)
        initialized = count
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
    return FileBytes(bytes)
  }

  /// As ``bytes(at:count:)``, for a count from the file itself.
  func bytes(at offset: UInt64, count: UInt64) throws(ObjectFileError) -> FileBytes {
    guard let count = Int(exactly: count) else {
      throw .outside(offset: offset, count: .max, size: self.count)
    }
    return try bytes(at: offset, count: count)
  }

  /// Up to `limit` bytes: fewer where the file ends before.
  func prefix(at offset: UInt64, limit: Int) throws(ObjectFileError) -> FileBytes {
    guard offset < count else { return FileBytes([]) }
    return try bytes(at: offset, count: Int(min(UInt64(limit), count - offset)))
  }
}

/// Bytes that are in memory already.
public struct MemoryBytes: ByteSource {
  private let bytes: [UInt8]

  public init(_ bytes: [UInt8]) { self.bytes = bytes }

  public var count: UInt64 { UInt64(bytes.count) }

  public func read(
    at offset: UInt64, into buffer: UnsafeMutableRawBufferPointer
  ) throws(ObjectFileError) {
    guard let start = Int(exactly: offset), start <= bytes.count,
      buffer.count <= bytes.count - start
    else { throw .outside(offset: offset, count: buffer.count, size: count) }
    bytes.withUnsafeBytes {
      buffer.copyMemory(from: .init(rebasing: $0[start...].prefix(buffer.count)))
    }
  }
}

/// A part of another source, such as one architecture of a universal file.
struct ByteSlice: ByteSource {
  private let base: any ByteSource
  private let start: UInt64
  let count: UInt64

  /// - Throws: ``ObjectFileError`` when the part is not wholly inside.
  init(_ base: any ByteSource, at start: UInt64, count: UInt64) throws(ObjectFileError) {
    guard let end = start.adding(count), end <= base.count else {
      throw .outside(offset: start, count: Int(clamping: count), size: base.count)
    }
    self.base = base
    self.start = start
    self.count = count
  }

  func read(
    at offset: UInt64, into buffer: UnsafeMutableRawBufferPointer
  ) throws(ObjectFileError) {
    guard let end = offset.adding(UInt64(buffer.count)), end <= count else {
      throw .outside(offset: offset, count: buffer.count, size: count)
    }
    // Inside of the base, as the initializer has checked.
    try base.read(at: start + offset, into: buffer)
  }
}
