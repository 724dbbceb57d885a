#if os(Linux)
  import Glibc
  import Synchronization

  /// The memory map of a process, read only as far as somebody asks: the kernel takes longer to write
  /// it than to do anything else that an attach needs.
  ///
  /// The file stays open until its end was read or ``close()`` is called.
  public final class GrowingMap: MemoryRegions {
    private struct State {
      /// Nil when there is nothing more to read.
      var descriptor: Int32?
      var regions: [MemoryRegion] = []
      /// The beginning of a line whose rest was not read yet.
      var rest: [UInt8] = []
      var failure: ProcessAccessError?
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

    /// Everything.
    ///
    /// - Throws: ``ProcessAccessError`` when the rest could not be read.
    public func whole() throws(ProcessAccessError) -> MemoryMap {
      while grow() {}
      if let failure = state.withLock(\.failure) { throw failure }
      return known
    }

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
      let count = state.regions.isEmpty ? Self.firstPart : Self.part
      let old = state.rest.count
      var result = 0
      var number: Int32 = 0
      var text = state.rest
      text.reserveCapacity(old + count)
      text.append(
        contentsOf: [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
          repeat {
            result = read(descriptor, buffer.baseAddress, count)
            number = errno
          } while result < 0 && number == EINTR
          initialized = max(0, result)
        })
      if result < 0 {
        state.failure = ProcessAccessError(pid: pid, errno: number, what: "read its memory map")
      }
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
#endif
