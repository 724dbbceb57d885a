import CPython
import DebugSession
import Dispatch
import Glibc
public import Interpreters
import Subprocess
import Synchronization
import SystemPackage
import TargetProcess

/// Runs cells: one scenario on one interpreter, from the start of the process to the verdict.
///
/// Cells may run at the same time; each has a directory, a socket and a process session of its own.
public final class CellRunner: Sendable {
  private let run: RunDirectory
  private let agent: FilePath
  private let host: EmbeddingHost
  private let timeout: Duration
  private let hasAbandonedCells = Mutex(false)

  /// Between a polite request to end and a kill.
  static let grace = Duration.milliseconds(500)
  /// After its deadline, or after the run was interrupted, a cell that has not ended is given up.
  static let watchdogGrace = (deadline: Duration.seconds(5), interruption: Duration.seconds(1))

  /// - Parameters:
  ///   - run: owned by the caller, and to be removed by it after ``endLeftovers()``.
  ///   - timeout: for a whole cell, where its scenario does not say.
  public init(in run: RunDirectory, timeout: Duration) throws(Directory.Failure) {
    self.run = run
    self.timeout = timeout
    agent = try run.directory.folder.makeDirectory("agent")
    try Directory(agent).writeAgent()
    host = try EmbeddingHost(writingTo: run.directory.folder)
  }

  /// Runs one cell. Everything it started has ended and everything it made is gone when this
  /// returns, also when the task is cancelled; except for a cell that the watchdog gives up, which is
  /// an error and says so, and whose processes ``endLeftovers()`` ends.
  ///
  /// - Throws: `CancellationError` only.
  public func run(
    _ scenario: Scenario, on interpreter: Interpreter,
    configuration: CellConfiguration = CellConfiguration()
  ) async throws(CancellationError) -> CellOutcome {
    if let range = scenario.python, !range.contains(interpreter.version) {
      return CellOutcome(verdict: .unsupported, reason: "the scenario needs Python \(range)")
    }
    if let obstacle = configuration.obstacle(on: interpreter) {
      return CellOutcome(verdict: .unsupported, reason: obstacle)
    }
    let start = ContinuousClock.now
    let timeout = scenario.timeout ?? timeout
    let token = "\(run.id).\(String(UInt64.random(in: .min ... .max), radix: 36))"
    let progress = CellProgress()
    let finished = await abandoning(
      after: timeout + Self.watchdogGrace.deadline,
      orAfterCancellation: Self.watchdogGrace.interruption
    ) { [self] in
      do {
        let directory = try TemporaryDirectory(below: run.path, prefix: "c-")
        defer { directory.remove() }
        return try await Cell(
          scenario: scenario, interpreter: interpreter, configuration: configuration, agent: agent,
          host: host, directory: directory, timeout: timeout, deadline: start + timeout,
          token: token, progress: progress
        ).run()
      } catch {
        return Self.outcome(of: error, interpreter)
      }
    }
    if finished == nil { abandon(token) }
    if Task.isCancelled { throw CancellationError() }
    var outcome =
      finished
      ?? CellOutcome(
        verdict: .error,
        reason:
          "the watchdog gave the cell up \(Self.watchdogGrace.deadline.formattedSeconds) s after "
          + "its deadline, \(progress.description)")
    outcome.duration = ContinuousClock.now - start
    return outcome
  }

  /// Ends the processes of the cells that the watchdog gave up. To be called after the last cell.
  public func endLeftovers() {
    if hasAbandonedCells.withLock({ $0 }) { endProcesses() }
  }

  /// Ends the processes of all cells at once, of those that still run too.
  public func endProcesses() { CellProcesses(of: .run(run.id)).end() }

  private func abandon(_ token: String) {
    hasAbandonedCells.withLock { $0 = true }
    DispatchQueue.global().async { CellProcesses(of: .wholeCell(token)).end() }
  }

  private static func outcome(of error: any Error, _ interpreter: Interpreter) -> CellOutcome {
    switch error {
    case let failure as Directory.Failure:
      CellOutcome(verdict: .error, reason: failure.description)
    case let error as SessionError: CellOutcome(verdict: .error, reason: error.description)
    case let failure as ExitWatch.Failure:
      CellOutcome(verdict: .error, reason: failure.description)
    case let errno as Errno:
      CellOutcome(verdict: .error, reason: "could not make the program's pipes: \(errno)")
    default: spawnFailure(error, interpreter)
    }
  }

  /// The launch's own error may only say that it did not work; asking again tells why.
  private static func spawnFailure(_ error: any Error, _ interpreter: Interpreter) -> CellOutcome {
    let isExecutable = interpreter.path.withPlatformString { access($0, X_OK) } == 0
    let cause = isExecutable ? (error as? SubprocessError)?.underlyingError : Errno(rawValue: errno)
    let isForbidden = cause == .permissionDenied || cause == .notPermitted
    return CellOutcome(
      verdict: isForbidden ? .blocked : .error,
      reason: "could not start \(interpreter.path): \(cause.map { "\($0)" } ?? "\(error)")")
  }
}
