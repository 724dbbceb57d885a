import CPython
import PythonRuntime
import TargetProcess

/// A thread state that was checked, and how it was come by.
public struct FoundThread: Hashable, Sendable {
  /// The address of the thread state.
  public var address: UInt64
  /// The address of its interpreter's state.
  public var interpreter: UInt64
  /// `gettid()` of its thread, in the target's pid namespace.
  public var nativeID: UInt64
  /// Whether it is the one that the interpreter calls its main thread. An embedding program, and
  /// a program whose main script has ended, have none.
  public var isMain: Bool
  /// Whether its memory is static and so never given back: the target need not be stopped.
  public var isStatic: Bool
  /// How many thread states were looked at.
  public var candidates: Int
  /// How many interpreters the target has, as far as was looked.
  public var interpreters: Int
  /// The interpreter's own word on remote debugging: 1 on, 0 off.
  public var remoteDebuggingEnabled: Int32
}

/// Chooses the thread state to write to: that of the main thread of the main interpreter.
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

  /// - Parameter head: the head of the list of interpreters, as it was a moment ago; nil to read it.
  func find(from head: UInt64? = nil) throws(ThreadSearchError) -> FoundThread {
    let (interpreter, count) = try reader.mainInterpreter(from: head)
    let threads = try reader.threads(of: interpreter)
    let chosen = try choose(of: threads, interpreter)
    return FoundThread(
      address: chosen.address, interpreter: interpreter.address, nativeID: chosen.nativeID,
      isMain: chosen.address == interpreter.threadsMain,
      isStatic: reader.isStatic(thread: chosen.address), candidates: threads.count,
      interpreters: count, remoteDebuggingEnabled: interpreter.remoteDebuggingEnabled ?? 0)
  }

  /// The main thread by the interpreter's word; else that of the process's first thread; else the
  /// oldest that lives.
  private func choose(
    of threads: [StateReader.Thread], _ interpreter: StateReader.Interpreter
  ) throws(ThreadSearchError) -> StateReader.Thread {
    if let address = interpreter.threadsMain, address != 0 {
      guard let main = threads.first(where: { $0.address == address }) else {
        try reader.space.check(.thread, at: address, size: reader.offsets.threadSize)
        throw .mainThreadOutsideList(address: address)
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

/// The threads of a process by the ids that they have in its own pid namespace, which are those
/// that CPython knows.
struct ThreadIDs: Sendable {
  let pid: Int32
  let credentials: ProcessCredentials

  /// The pid of its first thread in its own pid namespace.
  var innerPID: Int32 { credentials.innerPID }

  /// The kernel's id here; nil for a thread that has ended.
  func outer(_ inner: UInt64) -> Int32? {
    guard let inner = Int32(exactly: inner), inner > 0 else { return nil }
    let id = innerPID == pid ? inner : search(inner)
    guard let id, LiveProcess(pid: pid).hasThread(id) else { return nil }
    // The first thread's id stays when it ends before the others.
    if id == pid, LiveProcess(pid: pid).status?.isOver ?? true { return nil }
    return id
  }

  private func search(_ inner: Int32) -> Int32? {
    LiveProcess(pid: pid).threads.first { id in
      ProcText(pid: pid, file: "task/\(id)/status")["NSpid"]?.last.flatMap { Int32($0) } == inner
    }
  }
}
