import CPython
import PythonRuntime
import TargetProcess

/// A runtime with all that PEP 768 needs: a known release, and a table that was read and checked.
struct AttachableRuntime: Sendable {
  let located: LocatedRuntime
  let address: UInt64
  /// The table as it is in memory, checked.
  let offsets: DebugOffsets
  let state: StateOffsets
  let support: DebuggerSupport
  let bits: EvalBreakerBits
  /// The first bytes of the table, by which it is known again.
  let header: [UInt8]
  /// What the list of interpreters began with when the table was read.
  let firstInterpreter: UInt64?

  enum Failure: Error {
    case notPython
    /// CPython is there, and is older than safe attach.
    case old(series: String?)
    case table(DebugOffsetsError)
    case access(ProcessAccessError)
  }

  /// How long the two parts of the search took.
  struct Times: Hashable, Sendable {
    var module: Duration = .zero
    var slab: Duration = .zero
  }

  /// The first runtime of a process that has a table.
  static func find(
    in process: LiveProcess, _ map: LazyMemoryMap, _ times: inout Times
  ) throws(Failure) -> AttachableRuntime {
    let begin = ContinuousClock.now
    var knowsSeries = false
    var old: String??
    var candidates = RuntimeCandidates(in: process, map)
    while let candidate = candidates.next() {
      // Names have told everything that they can.
      if candidate.scans, let old { throw .old(series: old) }
      let name = ModuleName(candidate.mapped.file.path)
      guard let runtime = candidate.runtime else {
        // A name that tells an older series saves looking through everything else.
        guard !knowsSeries, candidate.isLikely, let series = name?.series else { continue }
        knowsSeries = true
        if let release = series.release, release.evalBreaker == nil {
          throw .old(series: "\(series)")
        }
        continue
      }
      times.module = begin.duration(to: .now)
      let slab = ContinuousClock.now
      defer { times.slab = slab.duration(to: .now) }
      if let found = try AttachableRuntime(runtime, process.memory) { return found }
      old = .some(name.map { "\($0.series)" })
    }
    if let old { throw .old(series: old) }
    throw .notPython
  }

  /// Nil for a runtime without a table, which is one before 3.13.
  private init?(_ runtime: LocatedRuntime, _ memory: ProcessMemory) throws(Failure) {
    guard let address = runtime.address else { return nil }
    let bytes: [UInt8]
    do throws(ProcessAccessError) {
      bytes = try Self.start(of: address, memory)
    } catch {
      throw .access(error)
    }
    guard bytes.starts(with: DebugOffsetsHeader.cookie) else { return nil }
    do throws(DebugOffsetsError) {
      offsets = try DebugOffsets(parsing: bytes)
    } catch {
      throw .table(error)
    }
    state = StateOffsets(offsets)
    guard let support = state.support, let bits = offsets.version.series.release?.evalBreaker else {
      throw .old(series: "\(offsets.version.series)")
    }
    located = runtime
    self.address = address
    self.support = support
    self.bits = bits
    header = Array(bytes.prefix(DebugOffsetsHeader.size))
    firstInterpreter = Self.word(bytes, at: state.interpretersHead)
  }

  /// The table and, if that can be read at once, the list of interpreters right behind it.
  private static func start(
    of runtime: UInt64, _ memory: ProcessMemory
  ) throws(ProcessAccessError) -> [UInt8] {
    if let bytes = try? memory.read(at: runtime, count: 1024) { return bytes }
    return try memory.read(at: runtime, count: DebugOffsetsFormat.largestTable)
  }

  private static func word(_ bytes: [UInt8], at offset: UInt64) -> UInt64? {
    guard bytes.count >= 8, offset <= UInt64(bytes.count - 8) else { return nil }
    return bytes.withUnsafeBytes {
      UInt64(littleEndian: $0.loadUnaligned(fromByteOffset: Int(offset), as: UInt64.self))
    }
  }
}
