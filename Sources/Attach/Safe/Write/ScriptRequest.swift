import CPython
import TargetProcess

/// The bits of an eval breaker that safe attach sets, by series.
struct BreakerBits: Hashable, Sendable {
  /// Lets the thread look for a debugger's request at its next check.
  var stop: UInt8
  /// Events that other threads and signal handlers announce while the thread runs: signals, calls to
  /// do, asynchronous exceptions. Each is only a hint to look, so setting one that is not there costs
  /// a look, while a byte written without one that came in between would lose it. They are set along
  /// where the target is not stopped.
  var hints: UInt8

  /// Nil for a series whose bits are not known. See `Include/internal/pycore_ceval.h`.
  init?(_ series: PythonSeries) {
    switch series {
    case PythonSeries(3, 14), PythonSeries(3, 15):
      stop = 1 << 5
      hints = 1 << 1 | 1 << 2 | 1 << 3
    default: return nil
    }
  }
}

/// A thread state's own place for a debugger's request, `_PyRemoteDebuggerSupport`.
struct ScriptRequest: Sendable {
  let memory: any TargetMemory
  let offsets: StateOffsets
  /// Of the thread state.
  let thread: UInt64

  /// What is there at one moment.
  struct Look: Hashable {
    /// The lowest byte of the breaker, where the events are; above it is a version that only the
    /// target may write.
    var breaker: UInt8
    var pending: Int32
    /// As much of the buffer as was asked for.
    var path: [UInt8]

    /// - Parameter bytes: of the ranges, one behind the other.
    init(_ bytes: ArraySlice<UInt8>) {
      let start = bytes.startIndex
      breaker = bytes[start]
      pending = bytes.withUnsafeBytes {
        Int32(littleEndian: $0.loadUnaligned(fromByteOffset: 1, as: Int32.self))
      }
      path = Array(bytes[(start + 5)...])
    }
  }

  /// Where all of it is.
  ///
  /// - Parameter count: how much of the buffer for the path.
  func ranges(pathCount count: Int) -> [MemoryRange] {
    [
      MemoryRange(thread + offsets.evalBreaker, 1), MemoryRange(thread + offsets.pending, 4),
      MemoryRange(thread + offsets.path, count),
    ]
  }

  /// Looks at all of it with one call.
  func look(pathCount count: Int) throws(WriteFailure.Cause) -> Look {
    let ranges = ranges(pathCount: count)
    let bytes = try access { () throws(ProcessAccessError) in try memory.bytes(ranges) }
    return Look(bytes[...])
  }

  func pending() throws(WriteFailure.Cause) -> Int32 {
    try access { () throws(ProcessAccessError) in
      try memory.number(at: thread + offsets.pending)
    }
  }

  func setPending(_ value: Int32) throws(WriteFailure.Cause) {
    let bytes = withUnsafeBytes(of: value.littleEndian) { Array($0) }
    try access { () throws(ProcessAccessError) in
      try memory.write(bytes, at: thread + offsets.pending)
    }
  }

  /// All of the buffer.
  func pathBuffer() throws(WriteFailure.Cause) -> [UInt8] {
    try access { () throws(ProcessAccessError) in
      try memory.bytes(at: thread + offsets.path, count: Int(offsets.pathSize))
    }
  }

  /// The path that is in the buffer, without the zero byte that ends it.
  func path() throws(WriteFailure.Cause) -> [UInt8] { Array(try pathBuffer().prefix { $0 != 0 }) }

  func writePath(_ bytes: [UInt8]) throws(WriteFailure.Cause) {
    try access { () throws(ProcessAccessError) in
      try memory.write(bytes, at: thread + offsets.path)
    }
  }

  func setBreaker(_ byte: UInt8) throws(WriteFailure.Cause) {
    try access { () throws(ProcessAccessError) in
      try memory.write([byte], at: thread + offsets.evalBreaker)
    }
  }

  private func access<Value>(
    _ work: () throws(ProcessAccessError) -> Value
  ) throws(WriteFailure.Cause) -> Value {
    do throws(ProcessAccessError) { return try work() } catch { throw .access(error) }
  }
}
