import CPython
import PythonRuntime
import Synchronization
import TargetProcess

@testable import Attach

/// The memory of a target that does not exist: a runtime with the main interpreter and its first
/// thread inside, a newer interpreter and newer threads on a heap.
///
/// The table is a real one (`SyntheticTable`); the rest is laid out by it. Reads and writes can be
/// made to fail, at once or after a part, and a hook sees each of them first.
final class SyntheticTarget: TargetMemory {
  enum Fault: Hashable {
    /// The nth access of its kind fails, counted from 0, after this many bytes.
    case read(Int)
    case write(Int, after: Int)
    /// From the nth write on every write fails.
    case writesFrom(Int)
  }

  static let runtime: UInt64 = 0x90_0000
  static let heap: UInt64 = 0x7f00_0000_0000
  static let heapSize = 0x100_000
  /// Constant data of a file: readable and nothing else.
  static let constants: UInt64 = 0x40_0000

  struct State {
    var memory: [UInt64: [UInt8]]
    var faults: Set<Fault> = []
    var reads = 0
    var writes: [(address: UInt64, bytes: [UInt8])] = []
    /// Called before each read, with its number.
    var beforeRead: (@Sendable (Int, UInt64) -> Void)?
  }

  let state: Mutex<State>
  let offsets: StateOffsets
  let support: DebuggerSupport
  let threadsMain: UInt64
  let interpreter: UInt64
  let mainThread: UInt64
  let workers: [UInt64]
  let newerInterpreter: UInt64
  let newerThread: UInt64

  init(_ table: [UInt8] = SyntheticTable.minor14) throws {
    let parsed = try DebugOffsets(parsing: table)
    offsets = StateOffsets(parsed)
    support = try require(offsets.support)
    threadsMain = try require(offsets.threadsMain)
    let size = Int(offsets.runtimeSize)
    var runtimeBytes = [UInt8](repeating: 0, count: size)
    runtimeBytes.replaceSubrange(0..<table.count, with: table)
    interpreter =
      (Self.runtime + offsets.runtimeSize - offsets.interpreterSize - 64) & ~63
    mainThread = (interpreter + offsets.interpreterSize - offsets.threadSize) & ~63
    workers = (1...3).map { Self.heap + UInt64($0) * 0x1000 }
    newerInterpreter = Self.heap + 0x10_000
    newerThread = Self.heap + 0x8000
    state = Mutex(
      State(memory: [
        Self.runtime: runtimeBytes, Self.heap: [UInt8](repeating: 0, count: Self.heapSize),
        Self.constants: [UInt8](repeating: 0, count: 0x1000),
      ]))
    set(Self.runtime + offsets.interpretersHead, newerInterpreter)
    set(newerInterpreter + offsets.interpreterID, 1)
    set(newerInterpreter + offsets.interpreterNext, interpreter)
    set(newerInterpreter + offsets.threadsHead, newerThread)
    set(newerThread + offsets.threadInterpreter, newerInterpreter)
    set(newerThread + offsets.nativeThreadID, 100)
    set(interpreter + offsets.threadsHead, workers[0])
    set(interpreter + threadsMain, mainThread)
    set(interpreter + support.remoteDebuggingEnabled, UInt32(1))
    for (index, thread) in (workers + [mainThread]).enumerated() {
      set(thread + offsets.threadInterpreter, interpreter)
      set(thread + offsets.nativeThreadID, UInt64(103 - index))
      set(thread + offsets.threadNext, index < 2 ? workers[index + 1] : index == 2 ? mainThread : 0)
      // Above the events is a version, which nobody but the target may write.
      set(thread + support.evalBreaker, 0x300)
    }
  }

  var map: MemoryMap {
    func region(_ start: UInt64, _ size: Int, _ writable: Bool) -> MemoryRegion {
      MemoryRegion(start: start, end: start + UInt64(size), isWritable: writable)
    }
    return MemoryMap([
      region(Self.constants, 0x1000, false),
      region(Self.runtime, Int(offsets.runtimeSize), true),
      region(Self.heap, Self.heapSize, true),
    ])
  }

  var reader: StateReader {
    StateReader(
      memory: self, space: AddressSpace(map: map), offsets: offsets, runtime: Self.runtime)
  }

  func walk(alive: Set<UInt64> = [100, 101, 102, 103]) -> ThreadWalk {
    ThreadWalk(reader: reader, isAlive: { alive.contains($0) }, firstThread: 100)
  }

  func writer(isStopped: Bool = false) throws -> RequestWriter {
    RequestWriter(
      reader: reader, support: support, thread: try walk().find(),
      bits: try require(PythonSeries(3, 14).release?.evalBreaker),
      isStopped: isStopped)
  }

  // MARK: Memory

  func set<Number: FixedWidthInteger>(_ address: UInt64, _ value: Number) {
    poke(address, withUnsafeBytes(of: value.littleEndian) { Array($0) })
  }

  func poke(_ address: UInt64, _ bytes: [UInt8]) {
    state.withLock { state in
      guard let (start, place) = Self.place(address, bytes.count, state.memory) else { return }
      state.memory[start]?.replaceSubrange(place..<(place + bytes.count), with: bytes)
    }
  }

  func peek(_ address: UInt64, _ count: Int) -> [UInt8] {
    state.withLock { state in
      guard let (start, place) = Self.place(address, count, state.memory),
        let bytes = state.memory[start]
      else { return [] }
      return Array(bytes[place..<(place + count)])
    }
  }

  func word(_ address: UInt64) -> UInt64 {
    peek(address, 8).reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }

  var writes: Int { state.withLock { $0.writes.count } }
  var everything: [UInt64: [UInt8]] { state.withLock { $0.memory } }

  func read(
    at address: UInt64, into buffer: UnsafeMutableRawBufferPointer
  ) throws(ProcessAccessError) {
    let (number, fails, hook) = state.withLock { state in
      defer { state.reads += 1 }
      return (state.reads, state.faults.contains(.read(state.reads)), state.beforeRead)
    }
    hook?(number, address)
    let bytes = peek(address, buffer.count)
    guard !fails, bytes.count == buffer.count else {
      throw .badAddress(pid: 1, address: address, count: buffer.count)
    }
    buffer.copyBytes(from: bytes)
  }

  func write(_ bytes: [UInt8], at address: UInt64) throws(ProcessAccessError) {
    let count = state.withLock { state in
      let number = state.writes.count
      state.writes.append((address, bytes))
      for case .write(number, let count) in state.faults { return count }
      for case .writesFrom(let first) in state.faults where number >= first { return 0 }
      return bytes.count
    }
    poke(address, Array(bytes.prefix(count)))
    if count < bytes.count {
      throw .badAddress(pid: 1, address: address, count: bytes.count)
    }
  }

  private static func place(
    _ address: UInt64, _ count: Int, _ memory: [UInt64: [UInt8]]
  ) -> (UInt64, Int)? {
    for (start, bytes) in memory where address >= start {
      let place = address - start
      if place <= UInt64(bytes.count), UInt64(bytes.count) - place >= UInt64(count) {
        return (start, Int(place))
      }
    }
    return nil
  }
}

struct Missing: Error {}

/// The value, or a test that fails.
func require<Value>(_ value: Value?) throws -> Value {
  guard let value else { throw Missing() }
  return value
}
