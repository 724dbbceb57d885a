/// All memory of a process at one moment, in ascending order.
public struct MemoryMap: Hashable, Sendable {
  public var regions: [MemoryRegion]

  public init(_ regions: [MemoryRegion]) { self.regions = regions }

  /// Reads the text of `/proc/PID/maps`; lines that are none are left out.
  public init(parsing text: some Sequence<UInt8>) {
    let text = String(decoding: Array(text), as: UTF8.self)
    regions = text.utf8.split(separator: UInt8(ascii: "\n"))
      .compactMap { MemoryRegion(parsing: $0) }
  }

  /// The range that holds this address.
  public func region(containing address: UInt64) -> MemoryRegion? {
    var low = 0
    var high = regions.count
    while low < high {
      let middle = (low + high) / 2
      if regions[middle].end <= address { low = middle + 1 } else { high = middle }
    }
    guard low < regions.count, regions[low].contains(address) else { return nil }
    return regions[low]
  }

  /// Every file that is mapped, by device and inode, with its ranges; in the order of addresses.
  public var files: [MappedFile] {
    var order: [String] = []
    var found: [String: MappedFile] = [:]
    for region in regions {
      guard let file = region.file else { continue }
      let key = "\(file.device) \(file.inode)"
      if found[key] == nil { order.append(key) }
      found[key, default: MappedFile(file: file, regions: [])].regions.append(region)
    }
    return order.compactMap { found[$0] }
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
