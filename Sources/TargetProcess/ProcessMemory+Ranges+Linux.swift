#if os(Linux)
  import CTargetProcess
  import Glibc

  extension ProcessMemory {
    private static let mostRanges = 8

    /// Fills the buffer with several ranges, one behind the other, in their order and with one system
    /// call where that is possible.
    ///
    /// - Throws: ``ProcessAccessError`` when not every byte could be read.
    public func read(
      _ ranges: [MemoryRange], into buffer: UnsafeMutableRawBufferPointer
    ) throws(ProcessAccessError) {
      if readAtOnce(ranges, into: buffer) { return }
      // One by one, which tells what it is that cannot be read, and goes through the file if need be.
      var done = 0
      for range in ranges {
        let part = buffer[done...].prefix(range.count)
        try read(at: range.address, into: UnsafeMutableRawBufferPointer(rebasing: part))
        done += range.count
      }
    }

    private func readAtOnce(
      _ ranges: [MemoryRange], into buffer: UnsafeMutableRawBufferPointer
    ) -> Bool {
      let spans = MemorySpans(ranges)
      guard spans.starts.count <= Self.mostRanges else { return false }
      return withUnsafeTemporaryAllocation(byteCount: spans.total, alignment: 8) { whole in
        let count = spans.starts.withUnsafeBufferPointer { starts in
          spans.counts.withUnsafeBufferPointer { counts in
            guard let start = starts.baseAddress, let count = counts.baseAddress else {
              return Int64(0)
            }
            return matrix_process_read_ranges(pid, start, count, starts.count, whole.baseAddress)
          }
        }
        guard count == spans.total else { return false }
        var done = 0
        for (range, place) in zip(ranges, spans.places) {
          UnsafeMutableRawBufferPointer(rebasing: buffer[done...].prefix(range.count))
            .copyMemory(
              from: UnsafeRawBufferPointer(rebasing: whole[place..<(place + range.count)]))
          done += range.count
        }
        return true
      }
    }
  }

  /// Ranges, of which those that are close to each other are one with what is between them: each range
  /// costs the kernel more than many bytes.
  private struct MemorySpans {
    private(set) var starts: [UInt64] = []
    private(set) var counts: [Int] = []
    /// Where each range is in all spans, one behind the other.
    private(set) var places: [Int] = []
    private(set) var total = 0

    /// In bytes. Memory is given in pages, so what is between belongs to somebody.
    private static let widest: UInt64 = 2048

    init(_ ranges: [MemoryRange]) {
      for range in ranges {
        if let start = starts.last, let count = counts.last, range.address >= start,
          range.address - start < Self.widest
        {
          let distance = Int(range.address - start)
          let longer = max(count, distance + range.count)
          places.append(total - count + distance)
          counts[counts.count - 1] = longer
          total += longer - count
        } else {
          starts.append(range.address)
          counts.append(range.count)
          places.append(total)
          total += range.count
        }
      }
    }
  }

  extension LiveProcess {
    /// Whether this is the number of a thread of it, by the kernel's id; says yes also to a first
    /// thread that has ended before the others.
    public func hasThread(_ thread: Int32) -> Bool {
      let result = matrix_thread_exists(pid, thread)
      return result == 0 || result == -Int64(EPERM)
    }
  }
#endif
