import CPython
import TargetProcess

/// Reads interpreter and thread states, each in one go, after checking the pointer to it.
struct StateReader: Sendable {
  let memory: any TargetMemory
  let space: AddressSpace
  let offsets: StateOffsets
  let support: DebuggerSupport
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

  func firstInterpreter(known: UInt64?) throws(ThreadSearchError) -> UInt64 {
    try space.check(.runtime, at: runtime, size: offsets.interpretersHead + 8)
    let head: UInt64
    if let known { head = known } else { head = try word(runtime + offsets.interpretersHead) }
    guard head != 0 else { throw .noInterpreter }
    return head
  }

  func interpreter(at address: UInt64) throws(ThreadSearchError) -> Interpreter {
    try space.check(.interpreter, at: address, size: offsets.interpreterSize)
    let span = interpreterSpan
    return interpreter(at: address, Members(span, try bytes([span.range(address)])[...]))
  }

  func thread(at address: UInt64) throws(ThreadSearchError) -> Thread {
    try space.check(.thread, at: address, size: offsets.threadSize)
    let span = threadSpan
    return thread(at: address, Members(span, try bytes([span.range(address)])[...]))
  }

  /// Both at once, for whoever knows where they are, and more of the thread state.
  ///
  /// - Parameter ranges: of the thread state, which are read after it.
  /// - Returns: also the bytes of these ranges, one behind the other.
  func states(
    interpreter: UInt64, thread: UInt64, _ ranges: [MemoryRange] = []
  ) throws(ThreadSearchError) -> (Interpreter, Thread, ArraySlice<UInt8>) {
    try space.check(.interpreter, at: interpreter, size: offsets.interpreterSize)
    try space.check(.thread, at: thread, size: offsets.threadSize)
    let (first, second) = (interpreterSpan, threadSpan)
    let bytes = try bytes([first.range(interpreter), second.range(thread)] + ranges)
    let end = first.count + second.count
    return (
      self.interpreter(at: interpreter, Members(first, bytes[..<first.count])),
      self.thread(at: thread, Members(second, bytes[first.count..<end])), bytes[end...]
    )
  }

  private func interpreter(at address: UInt64, _ members: Members) -> Interpreter {
    Interpreter(
      address: address, id: members[offsets.interpreterID],
      next: members[offsets.interpreterNext], threadsHead: members[offsets.threadsHead],
      threadsMain: offsets.threadsMain.map { members[$0] } ?? 0,
      remoteDebuggingEnabled: members[support.remoteDebuggingEnabled])
  }

  private func thread(at address: UInt64, _ members: Members) -> Thread {
    Thread(
      address: address, next: members[offsets.threadNext],
      interpreter: members[offsets.threadInterpreter], nativeID: members[offsets.nativeThreadID])
  }

  private var interpreterSpan: Span {
    var span = Span(offsets.interpreterID, 8)
    span.add(offsets.interpreterNext, 8)
    span.add(offsets.threadsHead, 8)
    if let main = offsets.threadsMain { span.add(main, 8) }
    span.add(support.remoteDebuggingEnabled, 4)
    return span
  }

  private var threadSpan: Span {
    var span = Span(offsets.threadNext, 8)
    span.add(offsets.threadInterpreter, 8)
    span.add(offsets.nativeThreadID, 8)
    return span
  }

  private func bytes(_ ranges: [MemoryRange]) throws(ThreadSearchError) -> [UInt8] {
    do throws(ProcessAccessError) {
      return try memory.bytes(ranges)
    } catch {
      throw .unreadable(error)
    }
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

/// From the first to the last member that is wanted of a structure.
private struct Span {
  private(set) var start: UInt64
  private var end: UInt64

  init(_ offset: UInt64, _ size: UInt64) { (start, end) = (offset, offset + size) }

  mutating func add(_ offset: UInt64, _ size: UInt64) {
    start = min(start, offset)
    end = max(end, offset + size)
  }

  var count: Int { Int(end - start) }
  func range(_ address: UInt64) -> MemoryRange { MemoryRange(address + start, count) }
}

/// The bytes of such a span.
private struct Members {
  private let start: UInt64
  private let bytes: ArraySlice<UInt8>

  init(_ span: Span, _ bytes: ArraySlice<UInt8>) {
    start = span.start
    self.bytes = bytes
  }

  subscript<Number: FixedWidthInteger>(offset: UInt64) -> Number {
    bytes.withUnsafeBytes {
      Number(
        littleEndian: $0.loadUnaligned(fromByteOffset: Int(offset - start), as: Number.self))
    }
  }
}
