/// The program headers, and the ways between addresses and places in the file that they give.
struct ELFSegments: Hashable, Sendable {
  var all: [ELFSegment]

  init(_ header: ELFHeader, in source: any ByteSource) throws(ObjectFileError) {
    all = []
    let count = Int(header.segmentCount) * ELFSegment.size
    // They mostly follow the header, and were read along with it.
    let isKnown =
      header.segmentsOffset.adding(UInt64(count)).map { $0 <= header.start.count } ?? false
    let table = isKnown ? header.start : try source.bytes(at: header.segmentsOffset, count: count)
    let first = isKnown ? Int(header.segmentsOffset) : 0
    all.reserveCapacity(Int(header.segmentCount))
    for start in stride(from: first, to: first + count, by: ELFSegment.size) {
      all.append(try ELFSegment(table, at: start))
    }
  }

  var loaded: [ELFSegment] { all.filter { $0.kind == .load } }

  /// Where in the file the byte at this address is; nil where no byte of the file is loaded.
  func fileOffset(_ address: UInt64) -> UInt64? {
    for segment in all where segment.kind == .load {
      guard let distance = address.subtracting(segment.address), distance < segment.fileSize
      else { continue }
      return segment.offset.adding(distance)
    }
    return nil
  }

  /// The address to which the byte at this place in the file is loaded.
  func address(_ offset: UInt64) -> UInt64? {
    for segment in all where segment.kind == .load {
      guard let distance = offset.subtracting(segment.offset), distance < segment.fileSize
      else { continue }
      return segment.address.adding(distance)
    }
    return nil
  }
}
