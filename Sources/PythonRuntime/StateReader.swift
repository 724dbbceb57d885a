public import CPython
public import TargetProcess

/// Reads interpreter and thread states, each in one go, after checking the pointer to it.
public struct StateReader: Sendable {
  public let memory: any TargetMemory
  public let space: AddressSpace
  public let offsets: StateOffsets
  /// The address of `_PyRuntime`.
  public let runtime: UInt64

  public init(
    memory: any TargetMemory, space: AddressSpace, offsets: StateOffsets, runtime: UInt64
  ) {
    self.memory = memory
    self.space = space
    self.offsets = offsets
    self.runtime = runtime
  }

  /// An interpreter state.
  public struct Interpreter: Hashable, Sendable {
    public var address: UInt64
    /// 0 for the main interpreter.
    public var id: Int64
    public var next: UInt64
    /// The thread state of the newest thread; 0 when there is none.
    public var threadsHead: UInt64
    /// The thread state of the main thread while it runs the main script, else 0. Nil before 3.14.
    public var threadsMain: UInt64?
    /// `config.remote_debug` as PEP 768 reads it: 1 when on. Nil before 3.14.
    public var remoteDebuggingEnabled: Int32?
  }

  /// A thread state.
  public struct Thread: Hashable, Sendable {
    public var address: UInt64
    public var next: UInt64
    public var interpreter: UInt64
    /// `gettid()`, in the pid namespace of the target.
    public var nativeID: UInt64
  }

  public func firstInterpreter(known: UInt64?) throws(ThreadSearchError) -> UInt64 {
    try space.check(.runtime, at: runtime, size: offsets.interpretersHead + 8)
    let head: UInt64
    if let known { head = known } else { head = try word(runtime + offsets.interpretersHead) }
    guard head != 0 else { throw .noInterpreter }
    return head
  }

  public func interpreter(at address: UInt64) throws(ThreadSearchError) -> Interpreter {
    try space.check(.interpreter, at: address, size: offsets.interpreterSize)
    let span = interpreterSpan
    return interpreter(at: address, Members(span, try bytes([span.range(address)])[...]))
  }

  public func thread(at address: UInt64) throws(ThreadSearchError) -> Thread {
    try space.check(.thread, at: address, size: offsets.threadSize)
    let span = threadSpan
    return thread(at: address, Members(span, try bytes([span.range(address)])[...]))
  }

  /// Both in one read, where their addresses are known, and more of the thread state.
  ///
  /// - Parameter ranges: of the thread state, which are read after it.
  /// - Returns: also the bytes of these ranges, one behind the other.
  public func states(
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
      threadsMain: offsets.threadsMain.map { members[$0] },
      remoteDebuggingEnabled: offsets.support.map { members[$0.remoteDebuggingEnabled] })
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
    if let support = offsets.support { span.add(support.remoteDebuggingEnabled, 4) }
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
  public func isStatic(thread address: UInt64) -> Bool {
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

extension StateReader {
  static let interpreterLimit = 10_000
  static let threadLimit = 100_000

  /// Follows the list of interpreters, which begins with the newest.
  ///
  /// The lists may change while they are read, and a damaged or hostile target may have made them up:
  /// every pointer is checked before it is followed, every list ends at a bound, and a circle is told
  /// as such.
  ///
  /// - Parameters:
  ///   - head: the head of the list, as it was a moment ago; nil to read it.
  ///   - visit: gets each interpreter, and says whether to go on.
  /// - Returns: how many there are, as far as was looked.
  @discardableResult
  public func interpreters(
    from head: UInt64? = nil, visit: (Interpreter) -> Bool
  ) throws(ThreadSearchError) -> Int {
    var address = try firstInterpreter(known: head)
    var seen: Set<UInt64> = []
    while address != 0 {
      guard seen.insert(address).inserted else { throw .cycle(.interpreter, count: seen.count) }
      guard seen.count <= Self.interpreterLimit else {
        throw .tooMany(.interpreter, limit: Self.interpreterLimit)
      }
      let interpreter = try interpreter(at: address)
      guard visit(interpreter) else { break }
      address = interpreter.next
    }
    return seen.count
  }

  /// - Parameter head: the head of the list, as it was a moment ago; nil to read it.
  public func mainInterpreter(
    from head: UInt64? = nil
  ) throws(ThreadSearchError) -> (Interpreter, count: Int) {
    var found: Interpreter?
    let count = try interpreters(from: head) { interpreter in
      if interpreter.id == 0 { found = interpreter }
      return found == nil
    }
    guard let found else { throw .noMainInterpreter(count: count) }
    return (found, count)
  }

  /// Every thread of an interpreter, the newest first.
  public func threads(of interpreter: Interpreter) throws(ThreadSearchError) -> [Thread] {
    var threads: [Thread] = []
    var seen: Set<UInt64> = []
    var address = interpreter.threadsHead
    while address != 0 {
      guard seen.insert(address).inserted else { throw .cycle(.thread, count: seen.count) }
      guard seen.count <= Self.threadLimit else {
        throw .tooMany(.thread, limit: Self.threadLimit)
      }
      let thread = try thread(at: address)
      guard thread.interpreter == interpreter.address else {
        throw .foreignThread(
          address: address, interpreter: interpreter.address, says: thread.interpreter)
      }
      threads.append(thread)
      address = thread.next
    }
    return threads
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
