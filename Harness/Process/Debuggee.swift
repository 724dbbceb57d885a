import SystemPackage
import TargetProcess

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The program under the debugger, as the harness sees it from outside.
final class Debuggee: Sendable {
  let process: LiveProcess
  /// Where the program's files are, without symbolic links.
  let folder: FilePath
  let output: OutputLog
  let errors: OutputLog
  private let exit: ExitWatch
  private let standardInput: FileDescriptor?
  private let traces = DebuggerFootprint()

  /// - Parameter standardInput: the writing end; closed by the owner.
  init(
    pid: Int32, folder: FilePath, output: OutputLog, errors: OutputLog, exit: ExitWatch,
    standardInput: FileDescriptor?
  ) {
    process = LiveProcess(pid: pid)
    self.folder = folder
    self.output = output
    self.errors = errors
    self.exit = exit
    self.standardInput = standardInput
  }

  /// How it ended; waits until it has, even in a task that is cancelled.
  var termination: Termination {
    get async {
      while true {
        if let termination = exit.termination { return termination }
        await Task { await exit.wait() }.value
      }
    }
  }

  var hasEnded: Bool { exit.termination != nil }

  /// Writes to its standard input. A program that does not read any more is not an error here: what
  /// it does instead of reading is what the script looks at.
  func write(_ text: String) {
    _ = try? standardInput?.writeAll(text.utf8)
  }

  /// Sends a signal to its process group, which holds whatever it started and did not move away.
  func signal(_ number: Int32) {
    _ = kill(-process.pid, number)
  }

  /// Ends it: politely first, then not.
  ///
  /// - Returns: false if it had ended by itself.
  @discardableResult
  func end(grace: Duration) async -> Bool {
    if hasEnded { return false }
    // A process that is stopped receives SIGTERM only when it goes on.
    signal(SIGTERM)
    signal(SIGCONT)
    if await !ends(within: grace) {
      signal(SIGKILL)
      _ = await termination
    }
    return true
  }

  /// Waits for its end, but not for ever.
  ///
  /// - Returns: whether it has ended.
  func ends(within limit: Duration) async -> Bool {
    await withTaskGroup(of: Void.self) { group in
      group.addTask { try? await Task.sleep(for: limit) }
      group.addTask { await self.exit.wait() }
      await group.next()
      group.cancelAll()
    }
    return hasEnded
  }

  // MARK: What the debugger leaves

  /// Call at the entry stop: what the process has then beyond a bare one is the debugger's.
  func noteDebugger() {
    traces.note(sockets: process.sockets, threads: process.threads.subtracting([process.pid]))
  }

  /// After a detach: what is still there of what ``noteDebugger()`` saw, in words.
  func residue() async -> String? {
    let (sockets, threads) = traces.noted
    // A thread may need a moment to end after its last act, closing the connection; nothing tells
    // when it has.
    let deadline = ContinuousClock.now + .seconds(1)
    while !process.threads.isDisjoint(with: threads), ContinuousClock.now < deadline {
      try? await Task.sleep(for: .milliseconds(1))
    }
    if !process.threads.isDisjoint(with: threads) { return "a thread of the debugger" }
    if !process.sockets.isDisjoint(with: sockets) { return "a socket of the debugger" }
    return process.tracer ?? 0 == 0 ? nil : "a tracer"
  }
}
