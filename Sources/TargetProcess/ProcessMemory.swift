import CTargetProcess
import Glibc
import SystemPackage

/// The memory of another process, as it is at each call.
///
/// Needs the right to trace it (ptrace(2), "access mode checking"), stops nothing and attaches to
/// nothing. Uses process_vm_readv(2) and process_vm_writev(2), and `/proc/PID/mem` where these are
/// refused or missing.
public struct ProcessMemory: Hashable, Sendable {
  public let pid: Int32

  public init(pid: Int32) { self.pid = pid }

  /// - Parameter count: at most 64 MiB.
  /// - Throws: ``ProcessAccessError`` when not every byte could be read.
  public func read(
    at address: UInt64, count: Int
  ) throws(ProcessAccessError) -> [UInt8] {
    guard count >= 0, count <= 64 << 20 else {
      throw .badAddress(pid: pid, address: address, count: count)
    }
    var failure: ProcessAccessError?
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { memory, initialized in
      let part = UnsafeMutableRawBufferPointer(memory.extracting(0..<count))
      part.initializeMemory(as: UInt8.self, repeating: 0)
      do throws(ProcessAccessError) {
        try read(at: address, into: part)
        initialized = count
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
    return bytes
  }

  /// The number at this address, in the byte order of this machine.
  ///
  /// - Throws: ``ProcessAccessError`` when it could not be read.
  public func number<Number: FixedWidthInteger>(
    at address: UInt64, as type: Number.Type = Number.self
  ) throws(ProcessAccessError) -> Number {
    try read(at: address, count: MemoryLayout<Number>.size)
      .withUnsafeBytes { $0.loadUnaligned(as: type) }
  }

  /// Fills the buffer.
  ///
  /// - Throws: ``ProcessAccessError`` when not every byte could be read.
  public func read(
    at address: UInt64, into buffer: UnsafeMutableRawBufferPointer
  ) throws(ProcessAccessError) {
    try transfer(
      address, count: buffer.count, what: "read its memory", fileAccess: .readOnly,
      direct: { done in
        let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[done...])
        return matrix_process_read(pid, address + UInt64(done), rest.baseAddress, rest.count)
      },
      file: { file, done in
        try file.read(
          fromAbsoluteOffset: Int64(bitPattern: address + UInt64(done)),
          into: UnsafeMutableRawBufferPointer(rebasing: buffer[done...]))
      })
  }

  /// Writes all of it, in ascending order.
  ///
  /// - Throws: ``ProcessAccessError`` when not every byte could be written; a beginning may have
  ///   been.
  public func write(_ bytes: [UInt8], at address: UInt64) throws(ProcessAccessError) {
    try transfer(
      address, count: bytes.count, what: "write its memory", fileAccess: .writeOnly,
      direct: { done in
        bytes.withUnsafeBytes { bytes in
          let rest = UnsafeRawBufferPointer(rebasing: bytes[done...])
          return matrix_process_write(pid, address + UInt64(done), rest.baseAddress, rest.count)
        }
      },
      file: { file, done in
        try bytes.withUnsafeBytes { bytes in
          try file.write(
            toAbsoluteOffset: Int64(bitPattern: address + UInt64(done)),
            UnsafeRawBufferPointer(rebasing: bytes[done...]))
        }
      })
  }

  private func transfer(
    _ address: UInt64, count: Int, what: String, fileAccess: FileDescriptor.AccessMode,
    direct: (_ done: Int) -> Int64, file: (FileDescriptor, _ done: Int) throws -> Int
  ) throws(ProcessAccessError) {
    let (_, wraps) = address.addingReportingOverflow(UInt64(count))
    guard !wraps else { throw .badAddress(pid: pid, address: address, count: count) }
    var done = 0
    while done < count {
      let result = direct(done)
      if result > 0 {
        done += Int(result)
        continue
      }
      let number = Int32(-result)
      switch number {
      case EINTR: continue
      case 0, EFAULT, EIO: throw .badAddress(pid: pid, address: address, count: count)
      case EPERM, ENOSYS:
        // A filter on our own process may forbid the call and not the file.
        done += try throughFile(
          done, of: count, at: address, fileAccess, refused: number, what: what, transfer: file)
      default: throw ProcessAccessError(pid: pid, errno: number, what: what)
      }
    }
  }

  /// The rest through `/proc/PID/mem`; how many bytes that was.
  private func throughFile(
    _ start: Int, of count: Int, at address: UInt64, _ access: FileDescriptor.AccessMode,
    refused: Int32, what: String, transfer: (FileDescriptor, _ done: Int) throws -> Int
  ) throws(ProcessAccessError) -> Int {
    do {
      let descriptor = try FileDescriptor.open("/proc/\(pid)/mem", access)
      return try descriptor.closeAfter {
        var done = start
        while done < count {
          let result = try transfer(descriptor, done)
          // The file has an end only when the process has.
          guard result > 0 else { throw Errno.noSuchProcess }
          done += result
        }
        return done - start
      }
    } catch {
      switch error as? Errno {
      case .ioError?, .badAddress?, .invalidArgument?:
        throw .badAddress(pid: pid, address: address, count: count)
      case .noSuchProcess?, .noSuchFileOrDirectory?: throw .gone(pid: pid)
      case .permissionDenied?, .notPermitted?, nil:
        throw ProcessAccessError(
          pid: pid, errno: refused == ENOSYS ? EACCES : refused, what: what)
      case let other?: throw ProcessAccessError(pid: pid, errno: other.rawValue, what: what)
      }
    }
  }
}

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

  /// The largest gap that is read along, in bytes. It is below a page, so what lies in it is mapped.
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
