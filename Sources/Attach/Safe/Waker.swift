import PythonRuntime
import TargetProcess

/// How a thread was brought to look for its request.
public enum WakeMethod: String, Hashable, Sendable {
  /// It did so by itself.
  case none
  /// Its wait in epoll was interrupted.
  case interrupt
  /// Its system call, made by the interpreter's code, ended with `EINTR`.
  case endedCall = "ended-call"
  /// Its main thread waits for a lock; another thread got the request as well.
  case otherThread = "other-thread"
}

/// Wakes a thread from a wait in which CPython does not look for requests.
struct Waker {
  enum Result: Hashable {
    case woken(WakeMethod)
    /// It was not in such a wait any more.
    case notWaiting
    /// It waits in a call that is not the interpreter's own.
    case foreign
  }

  let process: LiveProcess
  let map: MemoryMap
  let runtime: MemoryRegion.File
  let tracer: Tracer

  /// Interrupts the thread's wait, if it is one that may be.
  ///
  /// - Parameter thread: by the kernel's id.
  /// - Returns: how, or why it was not.
  func wake(
    _ thread: Int32, until deadline: ContinuousClock.Instant
  ) throws(TraceError) -> Result {
    var traced = try tracer.seize(thread)
    guard let stop = try traced.stop(until: deadline) else {
      throw .timedOut(operation: "stopping the thread")
    }
    return stop == .interrupted ? try use(traced) : .notWaiting
  }

  /// Does it to a thread that has stopped.
  func use(_ thread: borrowing TracedThread) throws(TraceError) -> Result {
    let registers = try thread.registers()
    guard let call = registers.interruptedCall, !call.isLock else { return .notWaiting }
    // The stop itself has ended the wait in epoll.
    if [232, 281, 441].contains(call.number) { return .woken(.interrupt) }
    let site = CallSite(memory: process.memory, map: map)
    guard call.isWait || call.number == SystemCall.restart,
      let caller = site.caller(stack: registers.stack, instruction: registers.instruction),
      caller.isInterpreter(runtime)
    else { return .foreign }
    try thread.endInterruptedCall(registers)
    return .woken(.endedCall)
  }
}

/// Tells whose code made the system call in which a thread is.
///
/// The caller is taken from the stack: the first word, from the stack pointer on, that is an
/// address in mapped code of another file than the C library's and has a call instruction before
/// it. A stale word of that kind may lie below the real one, so a wrong answer is possible in both
/// directions; it costs a wake that does not happen, or one more `EINTR` of the kind that any
/// signal brings.
struct CallSite {
  let memory: any TargetMemory
  let map: MemoryMap

  private static let depth = 4096

  /// The file that the call comes from; nil when none is found.
  func caller(stack: UInt64, instruction: UInt64) -> MemoryRegion.File? {
    guard let here = map.region(containing: instruction)?.file,
      let region = map.region(containing: stack)
    else { return nil }
    let count = Int(min(UInt64(Self.depth), region.end - stack)) & ~7
    guard count > 0, let bytes = try? memory.bytes(at: stack, count: count) else { return nil }
    for place in stride(from: 0, to: count, by: 8) {
      let word = bytes.withUnsafeBytes {
        $0.loadUnaligned(fromByteOffset: place, as: UInt64.self).littleEndian
      }
      guard let code = map.region(containing: word), code.isExecutable, let file = code.file,
        file.inode != here.inode, followsCall(word, in: code)
      else { continue }
      return file
    }
    return nil
  }

  /// Whether the instruction before this address can be a call (`e8`, or `ff /2`).
  private func followsCall(_ address: UInt64, in region: MemoryRegion) -> Bool {
    guard address >= region.start + 7, let bytes = try? memory.bytes(at: address - 7, count: 7)
    else { return false }
    if bytes[2] == 0xe8 { return true }
    for length in [2, 3, 6, 7] {
      let start = 7 - length
      if bytes[start] == 0xff, bytes[start + 1] >> 3 & 7 == 2 { return true }
    }
    return false
  }
}

extension MemoryRegion.File {
  /// Whether it is code of the interpreter: the runtime's own file, or an extension module of its
  /// standard library.
  func isInterpreter(_ runtime: MemoryRegion.File) -> Bool {
    (inode == runtime.inode && device == runtime.device) || path.contains("/lib-dynload/")
  }
}
