import CPython
import DebugSession
public import Interpreters
import Subprocess
import SystemPackage

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Runs cells: one scenario on one interpreter, from the start of the process to the verdict.
///
/// Cells may run at the same time; each has a folder, a socket and a process session of its own.
public final class CellRunner: Sendable {
  private let scratch: TemporaryDirectory
  private let agent: FilePath
  private let host: EmbeddingHost
  private let timeout: Duration

  /// Between a polite request to end and a kill.
  static let grace = Duration.milliseconds(500)

  /// - Parameters:
  ///   - scratch: owned by the caller, and to be removed by it after the last cell.
  ///   - timeout: for a whole cell, where its scenario does not say.
  public init(scratch: TemporaryDirectory, timeout: Duration) throws(Directory.Failure) {
    self.scratch = scratch
    self.timeout = timeout
    agent = try scratch.folder.makeDirectory("agent")
    try AgentBundle.write(to: Directory(agent))
    host = try EmbeddingHost(writingTo: scratch.folder)
  }

  /// Runs one cell. Everything it started has ended and everything it made is gone when this
  /// returns, also when the task is cancelled.
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
    var outcome: CellOutcome
    do {
      let folder = try TemporaryDirectory(below: scratch.path, prefix: "c-")
      defer { folder.remove() }
      let cell = Cell(
        scenario: scenario, interpreter: interpreter, configuration: configuration, agent: agent,
        host: host,
        scratch: folder, timeout: scenario.timeout ?? timeout)
      outcome = try await cell.run()
    } catch let failure as Directory.Failure {
      outcome = CellOutcome(verdict: .error, reason: failure.description)
    } catch let error as SessionError {
      outcome = CellOutcome(verdict: .error, reason: error.description)
    } catch {
      outcome = Self.spawnFailure(error, interpreter)
    }
    if Task.isCancelled { throw CancellationError() }
    outcome.duration = ContinuousClock.now - start
    return outcome
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
