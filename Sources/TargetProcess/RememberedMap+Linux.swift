#if os(Linux)
  import Synchronization

  /// A part of a process's memory map from earlier, and all of it as it is now where that does not do.
  public final class RememberedMap: MemoryRegions {
    private let known: MemoryMap
    private let process: LiveProcess
    private let whole = Mutex<MemoryMap?>(nil)

    public init(_ known: MemoryMap, of process: LiveProcess) {
      self.known = known
      self.process = process
    }

    public func region(containing address: UInt64) -> MemoryRegion? {
      if let region = known.region(containing: address) { return region }
      return whole.withLock { whole in
        let map = whole ?? (try? process.memoryMap()) ?? MemoryMap([])
        whole = map
        return map.region(containing: address)
      }
    }
  }
#endif
