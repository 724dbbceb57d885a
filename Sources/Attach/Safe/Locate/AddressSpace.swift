import TargetProcess

/// Checks pointers of a target against its memory map before they are followed.
struct AddressSpace: Sendable {
  let map: any MemoryRegions

  /// - Parameters:
  ///   - size: of what the pointer leads to, in bytes.
  ///   - alignment: a power of two.
  func check(
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
