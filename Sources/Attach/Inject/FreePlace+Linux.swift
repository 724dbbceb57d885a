#if os(Linux)
  import TargetProcess

  extension MemoryMap {
    /// An address where nothing is, far from everything that grows.
    ///
    /// Somewhere in the middle of the largest gap, at another place each time.
    func freePlace(for size: UInt64) -> UInt64? {
      let pageSize: UInt64 = 4096
      let lowest: UInt64 = 1 << 16
      let highest: UInt64 = 0x7fff_ffff_f000
      var gap: Range<UInt64>?
      var end = lowest
      for start in regions.map(\.start).filter({ $0 < highest }) + [highest] {
        if start > end, start - end > gap.map({ $0.upperBound - $0.lowerBound }) ?? 0 {
          gap = end..<start
        }
        end = regions.first { $0.start == start }?.end ?? start
      }
      guard let gap else { return nil }
      let length = gap.upperBound - gap.lowerBound
      guard length > 8 * (size + pageSize) else { return nil }
      let middle = (gap.lowerBound + length / 4)..<(gap.lowerBound + length / 4 * 3)
      return UInt64.random(in: middle) & ~(pageSize - 1)
    }
  }

  extension LiveProcess {
    /// How large its main thread's stack may become, in bytes; nil for no limit, or unknown.
    var stackLimit: UInt64? {
      ProcText(pid: pid, file: "limits").lines
        .first { $0.hasPrefix("Max stack size") }
        .flatMap { UInt64($0.dropFirst(26).prefix { $0 != " " }) }
    }
  }
#endif
