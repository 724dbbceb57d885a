import Glibc
import Synchronization
import SystemPackage
import TargetProcess

/// The program under the debugger, as the harness sees it from outside.
final class Debuggee: Sendable {
  let process: LiveProcess
  /// Where the program's files are, without symbolic links.
  let folder: FilePath
  let streams: StandardStreams
  private let exit: ExitWatch
  private let footprint = Mutex(DebuggerFootprint())

  /// - Parameters:
  ///   - pidfd: the caller's.
  ///   - streams: closed by their owner.
  init(
    pid: Int32, pidfd: Int32, folder: FilePath, streams: StandardStreams
  ) throws(ExitWatch.Failure) {
    process = LiveProcess(pid: pid)
    exit = try ExitWatch(pidfd: pidfd)
    self.folder = folder
    self.streams = streams
  }

  /// Ends every wait for the process's end.
  func close() { exit.close() }

  /// How it ended; nil while it runs.
  var end: Result<Termination, ExitWatch.Failure>? { exit.end }

  /// Waits until it has ended.
  ///
  /// - Throws: `CancellationError`; ``ExitWatch/Failure`` when the system does not say how it ended.
  func termination() async throws -> Termination {
    await exit.wait()
    guard let end else { throw CancellationError() }
    return try end.get()
  }

  /// Writes to its standard input.
  func write(_ text: String) async {
    await streams.write(text) { end == nil && !Task.isCancelled }
  }

  /// Sends a signal to its process group, which holds whatever it started and did not move away.
  func signal(_ number: Int32) {
    // Once it has been reaped its number may be another's.
    if end == nil { _ = kill(-process.pid, number) }
  }

  /// Ends it: politely first, then not.
  ///
  /// - Returns: false if it had ended by itself.
  @discardableResult
  func terminate(grace: Duration) async -> Bool {
    if exit.look() { return false }
    // A process that is stopped receives SIGTERM only when it goes on.
    signal(SIGTERM)
    signal(SIGCONT)
    if await !ends(within: grace) {
      signal(SIGKILL)
      while await !ends(within: .seconds(1)), !Task.isCancelled {}
    }
    return true
  }

  /// Waits for its end, even in a task that is cancelled, but not for ever.
  ///
  /// - Returns: whether it has ended.
  func ends(within limit: Duration) async -> Bool { await exit.wait(atMost: limit) }

  // MARK: What the debugger leaves

  /// Call at the entry stop: what the process has then beyond a bare one is the debugger's.
  func noteDebugger() {
    let seen = DebuggerFootprint(
      sockets: process.sockets, threads: process.threads.subtracting([process.pid]))
    footprint.withLock { $0 = seen }
  }

  /// After a detach: what is still there of what ``noteDebugger()`` saw, in words.
  func residue() async -> String? {
    let seen = footprint.withLock { $0 }
    // A thread may need a moment to end after its last act, closing the connection; nothing tells
    // when it has.
    let deadline = ContinuousClock.now + .seconds(1)
    while !process.threads.isDisjoint(with: seen.threads), ContinuousClock.now < deadline,
      (try? await Task.sleep(for: .milliseconds(1))) != nil
    {}
    if !process.threads.isDisjoint(with: seen.threads) { return "a thread of the debugger" }
    if !process.sockets.isDisjoint(with: seen.sockets) { return "a socket of the debugger" }
    return process.tracer ?? 0 == 0 ? nil : "a tracer"
  }
}

/// Sockets (inode numbers) and threads (kernel ids) that a process has because of its debugger.
private struct DebuggerFootprint {
  var sockets: Set<UInt64> = []
  var threads: Set<Int32> = []
}
