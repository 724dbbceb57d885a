import CPython
import PythonRuntime
import TargetProcess

/// A thread state's own place for a debugger's request, `_PyRemoteDebuggerSupport`.
struct ScriptRequest: Sendable {
  let memory: any TargetMemory
  let support: DebuggerSupport
  /// The address of the thread state.
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
      MemoryRange(thread + support.evalBreaker, 1), MemoryRange(thread + support.pending, 4),
      MemoryRange(thread + support.path, count),
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
      try memory.number(at: thread + support.pending)
    }
  }

  func setPending(_ value: Int32) throws(WriteFailure.Cause) {
    let bytes = withUnsafeBytes(of: value.littleEndian) { Array($0) }
    try access { () throws(ProcessAccessError) in
      try memory.write(bytes, at: thread + support.pending)
    }
  }

  /// All of the buffer.
  func pathBuffer() throws(WriteFailure.Cause) -> [UInt8] {
    try access { () throws(ProcessAccessError) in
      try memory.bytes(at: thread + support.path, count: Int(support.scriptPathSize))
    }
  }

  /// The path that is in the buffer, without the zero byte that ends it.
  func path() throws(WriteFailure.Cause) -> [UInt8] { Array(try pathBuffer().prefix { $0 != 0 }) }

  func writePath(_ bytes: [UInt8]) throws(WriteFailure.Cause) {
    try access { () throws(ProcessAccessError) in
      try memory.write(bytes, at: thread + support.path)
    }
  }

  func setBreaker(_ byte: UInt8) throws(WriteFailure.Cause) {
    try access { () throws(ProcessAccessError) in
      try memory.write([byte], at: thread + support.evalBreaker)
    }
  }

  private func access<Value>(
    _ work: () throws(ProcessAccessError) -> Value
  ) throws(WriteFailure.Cause) -> Value {
    do throws(ProcessAccessError) { return try work() } catch { throw .access(error) }
  }
}
