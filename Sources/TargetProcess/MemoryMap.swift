/// All memory of a process at one moment, in ascending order.
public struct MemoryMap: Hashable, Sendable {
  public var regions: [MemoryRegion]

  public init(_ regions: [MemoryRegion]) { self.regions = regions }

  /// Reads the text of `/proc/PID/maps`; lines that are none are left out.
  public init(parsing text: some Sequence<UInt8>) {
    var regions: [MemoryRegion] = []
    regions.reserveCapacity(128)
    Array(text).withUnsafeBytes {
      _ = MemoryMapText.parse($0, isWhole: true, into: &regions)
    }
    self.regions = regions
  }

  /// The range that holds this address.
  public func region(containing address: UInt64) -> MemoryRegion? {
    regions.region(containing: address)
  }

  /// Every file that is mapped, by device and inode, with its ranges; in the order of addresses.
  public var files: [MappedFile] {
    var found: [MappedFile] = []
    for region in regions {
      guard let file = region.file else { continue }
      // The ranges of a file mostly follow each other.
      if let index = found.lastIndex(where: { $0.file.isSame(as: file) }) {
        found[index].regions.append(region)
      } else {
        found.append(MappedFile(file: file, regions: [region]))
      }
    }
    return found
  }
}

extension MemoryMap: MemoryRegions {}

/// Something that knows which memory a process has.
public protocol MemoryRegions: Sendable {
  /// The range that holds this address.
  func region(containing address: UInt64) -> MemoryRegion?
}

extension [MemoryRegion] {
  /// The range that holds this address; they are in ascending order.
  func region(containing address: UInt64) -> MemoryRegion? {
    var low = 0
    var high = count
    while low < high {
      let middle = (low + high) / 2
      if self[middle].end <= address { low = middle + 1 } else { high = middle }
    }
    guard low < count, self[low].contains(address) else { return nil }
    return self[low]
  }
}

/// A file in a process's memory.
public struct MappedFile: Hashable, Sendable {
  public var file: MemoryRegion.File
  /// Its ranges, in ascending order; never empty.
  public var regions: [MemoryRegion]

  /// Whether a part may be run: an executable, a library, or what a just-in-time compiler left.
  public var isExecutable: Bool { regions.contains(where: \.isExecutable) }
}
