#if arch(x86_64)
  import Glibc
  import TargetProcess

  /// Places in the code of a target that every C library has.
  struct Gadgets: Hashable, Sendable {
    /// `syscall; ret`.
    var systemCall: UInt64
    /// `mov $15, %rax; syscall`: where a signal handler returns to (`__restore_rt`).
    var restorer: UInt64
    /// `mov $-1, %eax; ret`: how a function ends that has failed.
    var failure: UInt64

    static let systemCallBytes: [UInt8] = [0x0f, 0x05, 0xc3]
    static let restorerBytes: [UInt8] = [0x48, 0xc7, 0xc0, 0x0f, 0, 0, 0, 0x0f, 0x05]

    private static let failureBytes: [UInt8] = [0xb8, 0xff, 0xff, 0xff, 0xff, 0xc3]

    private static let step: UInt64 = 128 << 10

    /// Searches the code that is mapped, the C library first.
    static func find(_ memory: ProcessMemory, _ map: MemoryMap) -> Gadgets? {
      let code = map.regions.filter { $0.isExecutable && $0.isReadable && $0.file != nil }
      let (library, rest) = code.partitioned { region in
        let name = region.file?.path.lastName ?? ""
        return name.hasPrefix("libc.") || name.hasPrefix("libc-") || name.hasPrefix("ld-musl")
      }
      var systemCall: UInt64?
      var restorer: UInt64?
      var failure: UInt64?
      for region in library + rest {
        // They are mostly near the beginning. A place must not be cut in two by the steps.
        let overlap = UInt64(restorerBytes.count)
        var start = region.start
        while start < region.end {
          let count = Int(min(region.end - start, step + overlap))
          guard let bytes = try? memory.read(at: start, count: count) else { break }
          bytes.withUnsafeBytes { bytes in
            if systemCall == nil {
              systemCall = bytes.firstPlace(of: systemCallBytes).map { start + UInt64($0) }
            }
            if restorer == nil {
              restorer = bytes.firstPlace(of: restorerBytes).map { start + UInt64($0) }
            }
            if failure == nil {
              failure = bytes.firstPlace(of: failureBytes).map { start + UInt64($0) }
            }
          }
          if let systemCall, let restorer, let failure {
            return Gadgets(systemCall: systemCall, restorer: restorer, failure: failure)
          }
          start += step
        }
      }
      return nil
    }
  }

  extension Sequence {
    fileprivate func partitioned(_ isFirst: (Element) -> Bool) -> ([Element], [Element]) {
      reduce(into: ([], [])) { parts, element in
        if isFirst(element) { parts.0.append(element) } else { parts.1.append(element) }
      }
    }
  }

  extension UnsafeRawBufferPointer {
    fileprivate func firstPlace(of pattern: [UInt8]) -> Int? {
      guard let base = baseAddress, !pattern.isEmpty else { return nil }
      var start = 0
      while start + pattern.count <= count {
        guard let found = memchr(base + start, Int32(pattern[0]), count - start) else { return nil }
        let place = UnsafeRawPointer(found) - base
        guard place + pattern.count <= count else { return nil }
        if memcmp(found, pattern, pattern.count) == 0 { return place }
        start = place + 1
      }
      return nil
    }
  }

  extension String {
    /// The last component of a path.
    fileprivate var lastName: Substring {
      self[(lastIndex(of: "/").map(index(after:)) ?? startIndex)...]
    }
  }
#endif
