import CTargetProcess
import Glibc
import Synchronization

/// The memory map of a process, read only as far as its callers ask: writing the map takes the kernel
/// longer than anything else that an attach needs.
///
/// Kernels that answer questions about single ranges are asked instead, from 6.11 on. Then memory
/// without a file has no ``MemoryRegion/label``.
///
/// The file stays open until its end was read or ``close()`` is called.
public final class LazyMemoryMap: MemoryRegions {
  private struct State {
    /// Nil when there is nothing more to read.
    var descriptor: Int32?
    var regions: [MemoryRegion] = []
    /// The beginning of a line whose rest was not read yet.
    var rest: [UInt8] = []
    /// Whether the kernel answers questions; at first it is tried.
    var asks = true
  }

  private let pid: Int32
  private let state: Mutex<State>

  /// What is asked for is mostly among the first ten ranges.
  private static let firstPart = 1024
  private static let part = 4096

  /// - Throws: ``ProcessAccessError`` when the process is gone or may not be looked at.
  public init(of process: LiveProcess) throws(ProcessAccessError) {
    pid = process.pid
    let descriptor = open("/proc/\(pid)/maps", O_RDONLY | O_CLOEXEC)
    let number = errno
    state = Mutex(State(descriptor: descriptor < 0 ? nil : descriptor))
    if descriptor < 0 {
      throw ProcessAccessError(pid: pid, errno: number, what: "read its memory map")
    }
    state.withLock { $0.regions.reserveCapacity(32) }
  }

  deinit { close() }

  /// Ends reading; what is not known yet stays so.
  public func close() { state.withLock { Self.end(&$0) } }

  /// What was read up to now.
  public var known: MemoryMap { state.withLock { MemoryMap($0.regions) } }

  /// Reads some more. False when there is no more.
  public func grow() -> Bool { state.withLock { grow(&$0) } }

  public func region(containing address: UInt64) -> MemoryRegion? {
    state.withLock { state in
      while address >= state.regions.last?.end ?? 0, grow(&state) {}
      return state.regions.region(containing: address)
    }
  }

  private func grow(_ state: inout State) -> Bool {
    guard let descriptor = state.descriptor else { return false }
    if state.asks, let isThere = MappingQuestion.ask(descriptor, &state.regions) {
      if !isThere { Self.end(&state) }
      return isThere
    }
    state.asks = false
    let count = state.regions.isEmpty ? Self.firstPart : Self.part
    let old = state.rest.count
    var result = 0
    var text = state.rest
    text.reserveCapacity(old + count)
    text.append(
      contentsOf: [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
        repeat {
          result = read(descriptor, buffer.baseAddress, count)
        } while result < 0 && errno == EINTR
        initialized = max(0, result)
      })
    let used = text.withUnsafeBytes {
      MemoryMapText.parse($0, isWhole: result <= 0, into: &state.regions)
    }
    state.rest = Array(text[used...])
    if result <= 0 { Self.end(&state) }
    return result > 0
  }

  private static func end(_ state: inout State) {
    if let descriptor = state.descriptor { Glibc.close(descriptor) }
    state.descriptor = nil
  }
}

/// Asks the kernel for the ranges that follow (PROCMAP_QUERY).
private enum MappingQuestion {
  /// An executable has six or so, with what follows it.
  private static let perTurn = 7
  private static let longestName = 4096

  /// Adds some ranges. False when there are no more, or none that can be seen; nil for a kernel that
  /// does not answer.
  static func ask(_ maps: Int32, _ regions: inout [MemoryRegion]) -> Bool? {
    var before = matrix_mapping()
    for turn in 0..<perTurn {
      var mapping = matrix_mapping()
      let address = regions.last?.end ?? 0
      switch matrix_query_mapping(maps, address, &mapping, nil, 0) {
      case 1: break
      case 0: return turn > 0
      default: return regions.isEmpty ? nil : turn > 0
      }
      guard mapping.end > address else { return regions.isEmpty ? nil : turn > 0 }
      var file: MemoryRegion.File?
      if mapping.inode != 0 {
        if isSameFile(before, mapping) {
          file = regions.last?.file
        } else {
          guard let name = name(maps, &mapping, address) else {
            return regions.isEmpty ? nil : turn > 0
          }
          file = .init(device: device(mapping), inode: mapping.inode, name: name)
        }
      }
      before = mapping
      regions.append(
        MemoryRegion(
          start: mapping.start, end: mapping.end, isReadable: mapping.rights & 1 != 0,
          isWritable: mapping.rights & 2 != 0, isExecutable: mapping.rights & 4 != 0,
          isShared: mapping.rights & 8 != 0, offset: mapping.offset, file: file))
    }
    return true
  }

  private static func isSameFile(_ one: matrix_mapping, _ other: matrix_mapping) -> Bool {
    one.inode == other.inode && one.device_major == other.device_major
      && one.device_minor == other.device_minor
  }

  /// The name of the file that is mapped there now, which may be another one than a moment ago.
  private static func name(
    _ maps: Int32, _ mapping: inout matrix_mapping, _ address: UInt64
  ) -> String? {
    let before = mapping
    return withUnsafeTemporaryAllocation(of: CChar.self, capacity: longestName) { buffer in
      guard let start = buffer.baseAddress,
        matrix_query_mapping(maps, address, &mapping, start, UInt32(longestName)) == 1,
        isSameFile(before, mapping)
      else { return nil }
      return String(cString: start)
    }
  }

  /// As the kernel writes it in `/proc/PID/maps`: two digits at least.
  private static func device(_ mapping: matrix_mapping) -> String {
    func text(_ number: UInt32) -> String {
      (number < 16 ? "0" : "") + String(number, radix: 16)
    }
    return "\(text(mapping.device_major)):\(text(mapping.device_minor))"
  }
}

/// A part of a process's memory map from earlier, and all of it as it is now where that does not do.
public final class CachedMemoryMap: MemoryRegions {
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
