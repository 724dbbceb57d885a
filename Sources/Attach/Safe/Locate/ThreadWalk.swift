import CPython

/// Walks from the runtime to the main interpreter and to its main thread.
///
/// The list of interpreters begins with the newest, so the first is found by its id. The lists may
/// change while they are read, and a damaged or hostile target may have made them up: every pointer
/// is checked before it is followed, every list ends at a bound, and a circle is told as such.
struct ThreadWalk: Sendable {
  let reader: StateReader
  /// Whether a thread of the target lives, by the id that it has in its own pid namespace.
  let isAlive: @Sendable (UInt64) -> Bool
  /// The id of the first thread of the process, in that namespace.
  let firstThread: @Sendable () -> UInt64

  init(
    reader: StateReader, isAlive: @escaping @Sendable (UInt64) -> Bool,
    firstThread: @autoclosure @escaping @Sendable () -> UInt64
  ) {
    self.reader = reader
    self.isAlive = isAlive
    self.firstThread = firstThread
  }

  static let interpreterLimit = 10_000
  static let threadLimit = 100_000

  /// - Parameter head: of the list of interpreters, as it was a moment ago; nil to read it.
  func mainInterpreter(
    from head: UInt64? = nil
  ) throws(ThreadSearchError) -> (StateReader.Interpreter, count: Int) {
    var address = try reader.firstInterpreter(known: head)
    var seen: Set<UInt64> = []
    while address != 0 {
      guard seen.insert(address).inserted else { throw .cycle(.interpreter, count: seen.count) }
      guard seen.count <= Self.interpreterLimit else {
        throw .tooMany(.interpreter, limit: Self.interpreterLimit)
      }
      let interpreter = try reader.interpreter(at: address)
      if interpreter.id == 0 { return (interpreter, seen.count) }
      address = interpreter.next
    }
    throw .noMainInterpreter(count: seen.count)
  }

  /// Every thread of an interpreter, the newest first.
  func threads(
    of interpreter: StateReader.Interpreter
  ) throws(ThreadSearchError) -> [StateReader.Thread] {
    var threads: [StateReader.Thread] = []
    var seen: Set<UInt64> = []
    var address = interpreter.threadsHead
    while address != 0 {
      guard seen.insert(address).inserted else { throw .cycle(.thread, count: seen.count) }
      guard seen.count <= Self.threadLimit else {
        throw .tooMany(.thread, limit: Self.threadLimit)
      }
      let thread = try reader.thread(at: address)
      guard thread.interpreter == interpreter.address else {
        throw .foreignThread(
          address: address, interpreter: interpreter.address, says: thread.interpreter)
      }
      threads.append(thread)
      address = thread.next
    }
    return threads
  }

  /// - Parameter head: of the list of interpreters, as it was a moment ago; nil to read it.
  func find(from head: UInt64? = nil) throws(ThreadSearchError) -> FoundThread {
    let (interpreter, count) = try mainInterpreter(from: head)
    let threads = try threads(of: interpreter)
    let chosen = try choose(of: threads, interpreter)
    return FoundThread(
      address: chosen.address, interpreter: interpreter.address, nativeID: chosen.nativeID,
      isMain: chosen.address == interpreter.threadsMain,
      isStatic: reader.isStatic(thread: chosen.address), candidates: threads.count,
      interpreters: count, remoteDebuggingEnabled: interpreter.remoteDebuggingEnabled)
  }

  /// The main thread by the interpreter's word; else that of the process's first thread; else the
  /// oldest that lives.
  private func choose(
    of threads: [StateReader.Thread], _ interpreter: StateReader.Interpreter
  ) throws(ThreadSearchError) -> StateReader.Thread {
    if interpreter.threadsMain != 0 {
      guard let main = threads.first(where: { $0.address == interpreter.threadsMain }) else {
        try reader.space.check(
          .thread, at: interpreter.threadsMain, size: reader.offsets.threadSize)
        throw .mainThreadOutsideList(address: interpreter.threadsMain)
      }
      guard isAlive(main.nativeID) else { throw .mainThreadGone }
      return main
    }
    let oldestFirst = threads.reversed()
    let id = firstThread()
    let first = oldestFirst.first { $0.nativeID == id && isAlive($0.nativeID) }
    guard let chosen = first ?? oldestFirst.first(where: { isAlive($0.nativeID) }) else {
      throw .mainThreadGone
    }
    return chosen
  }
}
