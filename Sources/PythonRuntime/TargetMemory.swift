public import TargetProcess

/// The memory of a target: that of a process, or one that a test made up.
public protocol TargetMemory: Sendable {
  /// Fills the buffer.
  ///
  /// - Throws: ``ProcessAccessError`` when not every byte could be read.
  func read(
    at address: UInt64, into buffer: UnsafeMutableRawBufferPointer
  ) throws(ProcessAccessError)

  /// Fills the buffer with several ranges, one behind the other, read in this order.
  ///
  /// - Throws: ``ProcessAccessError`` when not every byte could be read.
  func read(
    _ ranges: [MemoryRange], into buffer: UnsafeMutableRawBufferPointer
  ) throws(ProcessAccessError)

  /// Writes all of it.
  ///
  /// - Throws: ``ProcessAccessError`` when not every byte could be written; a beginning may have
  ///   been.
  func write(_ bytes: [UInt8], at address: UInt64) throws(ProcessAccessError)
}

extension TargetMemory {
  public func read(
    _ ranges: [MemoryRange], into buffer: UnsafeMutableRawBufferPointer
  ) throws(ProcessAccessError) {
    var done = 0
    for range in ranges {
      let part = buffer[done...].prefix(range.count)
      try read(at: range.address, into: UnsafeMutableRawBufferPointer(rebasing: part))
      done += range.count
    }
  }

  /// The bytes of several ranges, one behind the other.
  public func bytes(_ ranges: [MemoryRange]) throws(ProcessAccessError) -> [UInt8] {
    var count = 0
    for range in ranges { count += range.count }
    var failure: ProcessAccessError?
    var bytes = [UInt8](repeating: 0, count: count)
    bytes.withUnsafeMutableBytes { buffer in
      do throws(ProcessAccessError) {
        try read(ranges, into: buffer)
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
    return bytes
  }

  public func bytes(at address: UInt64, count: Int) throws(ProcessAccessError) -> [UInt8] {
    var failure: ProcessAccessError?
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { memory, initialized in
      let buffer = UnsafeMutableRawBufferPointer(memory.extracting(0..<count))
      buffer.initializeMemory(as: UInt8.self, repeating: 0)
      do throws(ProcessAccessError) {
        try read(at: address, into: buffer)
        initialized = count
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
    return bytes
  }

  /// The little-endian number at this address.
  public func number<Number: FixedWidthInteger>(
    at address: UInt64, as type: Number.Type = Number.self
  ) throws(ProcessAccessError) -> Number {
    var number: Number = 0
    try withUnsafeMutableBytes(of: &number) { (buffer) throws(ProcessAccessError) in
      try read(at: address, into: buffer)
    }
    return Number(littleEndian: number)
  }
}

extension ProcessMemory: TargetMemory {}

/// Checks pointers of a target against its memory map before they are followed.
public struct AddressSpace: Sendable {
  public let map: any MemoryRegions

  public init(map: any MemoryRegions) { self.map = map }

  /// - Parameters:
  ///   - size: of what the pointer leads to, in bytes.
  ///   - alignment: a power of two.
  public func check(
    _ structure: ThreadSearchError.Structure, at address: UInt64, size: UInt64,
    alignment: UInt64 = 8
  ) throws(ThreadSearchError) {
    guard address & (alignment - 1) == 0 else {
      throw .badPointer(structure, address: address, .misaligned)
    }
    let (end, wraps) = address.addingReportingOverflow(size)
    guard !wraps else { throw .badPointer(structure, address: address, .wraps) }
    // A structure in static memory may reach from data into the zeros behind, which the map has
    // as two ranges.
    var place = address
    while place < end {
      guard let region = map.region(containing: place), region.isReadable else {
        throw .badPointer(structure, address: address, .unmapped)
      }
      guard region.isWritable else {
        throw .badPointer(structure, address: address, .notWritable)
      }
      place = region.end
    }
  }
}
