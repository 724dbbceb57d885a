/// A part of a file in the memory of a process.
public struct FileMapping: Hashable, Sendable {
  public var start: UInt64
  /// One past the last byte.
  public var end: UInt64
  /// The place in the file of the byte at ``start``.
  public var offset: UInt64
  public var isExecutable: Bool

  public init(start: UInt64, end: UInt64, offset: UInt64, isExecutable: Bool) {
    self.start = start
    self.end = end
    self.offset = offset
    self.isExecutable = isExecutable
  }
}

extension ELFFile {
  /// What the loader added to this file's addresses, for each time that it is loaded.
  ///
  /// Add it (with overflow: it may stand for a negative number) to ``ELFSymbol/value``. 0 for an
  /// executable at its own addresses. A place counts only where the beginning of every segment is
  /// mapped as the program headers say, executable where they say so; a mapping that only reads the
  /// file does not.
  ///
  /// - Parameter mappings: all mappings of this file, as `/proc/PID/maps` has them.
  /// - Parameter pageSize: of the process, a power of two.
  public func loadBiases(_ mappings: [FileMapping], pageSize: UInt64 = 4096) -> [UInt64] {
    let segments = map.loaded.filter { $0.fileSize > 0 }
    guard let first = segments.first, pageSize.nonzeroBitCount == 1 else { return [] }
    let mask = ~(pageSize - 1)
    var biases: [UInt64] = []
    for mapping in mappings where mapping.offset == first.offset & mask {
      let bias = mapping.start &- (first.address & mask)
      let fits = segments.allSatisfy { segment in
        let start = (segment.address & mask) &+ bias
        let offset = segment.offset & mask
        return mappings.contains {
          $0.start <= start && start < $0.end && $0.offset &+ (start &- $0.start) == offset
            && (!segment.isExecutable || $0.isExecutable)
        }
      }
      if fits, !biases.contains(bias) { biases.append(bias) }
    }
    return biases
  }
}
