import TargetProcess

/// Reads interpreter and thread states, each in one go, after checking the pointer to it.
struct StateReader: Sendable {
  let memory: any TargetMemory
  let space: AddressSpace
  let offsets: StateOffsets
  /// Of `_PyRuntime`.
  let runtime: UInt64

  struct Interpreter: Hashable {
    var address: UInt64
    var id: Int64
    var next: UInt64
    var threadsHead: UInt64
    var threadsMain: UInt64
    var remoteDebuggingEnabled: Int32
  }

  struct Thread: Hashable {
    var address: UInt64
    var next: UInt64
    var interpreter: UInt64
    var nativeID: UInt64
  }

  func firstInterpreter() throws(ThreadSearchError) -> UInt64 {
    try space.check(.runtime, at: runtime, size: offsets.interpretersHead + 8)
    let head: UInt64 = try word(runtime + offsets.interpretersHead)
    guard head != 0 else { throw .noInterpreter }
    return head
  }

  func interpreter(at address: UInt64) throws(ThreadSearchError) -> Interpreter {
    try space.check(.interpreter, at: address, size: offsets.interpreterSize)
    let members = try Members(
      memory, address,
      [
        (offsets.interpreterID, 8), (offsets.interpreterNext, 8), (offsets.threadsHead, 8),
        (offsets.threadsMain, 8), (offsets.remoteDebuggingEnabled, 4),
      ])
    return Interpreter(
      address: address, id: members[offsets.interpreterID],
      next: members[offsets.interpreterNext], threadsHead: members[offsets.threadsHead],
      threadsMain: members[offsets.threadsMain],
      remoteDebuggingEnabled: members[offsets.remoteDebuggingEnabled])
  }

  func thread(at address: UInt64) throws(ThreadSearchError) -> Thread {
    try space.check(.thread, at: address, size: offsets.threadSize)
    let members = try Members(
      memory, address,
      [(offsets.threadNext, 8), (offsets.threadInterpreter, 8), (offsets.nativeThreadID, 8)])
    return Thread(
      address: address, next: members[offsets.threadNext],
      interpreter: members[offsets.threadInterpreter], nativeID: members[offsets.nativeThreadID])
  }

  /// Whether all of it is inside `_PyRuntime`, which is static: such memory is never given back.
  func isStatic(thread address: UInt64) -> Bool {
    guard address >= runtime else { return false }
    let distance = address - runtime
    return distance <= offsets.runtimeSize && offsets.threadSize <= offsets.runtimeSize - distance
  }

  private func word(_ address: UInt64) throws(ThreadSearchError) -> UInt64 {
    do throws(ProcessAccessError) {
      return try memory.number(at: address)
    } catch {
      throw .unreadable(error)
    }
  }
}

/// The bytes from the first to the last member that is wanted of a structure.
private struct Members {
  private let start: UInt64
  private let bytes: [UInt8]

  init(
    _ memory: any TargetMemory, _ address: UInt64, _ members: [(offset: UInt64, size: UInt64)]
  ) throws(ThreadSearchError) {
    var start = UInt64.max
    var end: UInt64 = 0
    for member in members {
      start = min(start, member.offset)
      end = max(end, member.offset + member.size)
    }
    self.start = start
    do throws(ProcessAccessError) {
      bytes = try memory.bytes(at: address + start, count: Int(end - start))
    } catch {
      throw .unreadable(error)
    }
  }

  subscript<Number: FixedWidthInteger>(offset: UInt64) -> Number {
    bytes.withUnsafeBytes {
      Number(
        littleEndian: $0.loadUnaligned(fromByteOffset: Int(offset - start), as: Number.self))
    }
  }
}
