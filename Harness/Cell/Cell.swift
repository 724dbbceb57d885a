import Agent
import Attach
import CPython
import DebugSession
import Glibc
import Interpreters
import Subprocess
import Synchronization
import SystemPackage
import TargetProcess

/// One cell at work: the steps of "A run" in docs/architecture.md that belong to it, in their order.
struct Cell {
  let scenario: Scenario
  let interpreter: Interpreter
  let configuration: CellConfiguration
  /// The directory with the agent's files.
  let agent: FilePath
  let host: EmbeddingHost
  let directory: TemporaryDirectory
  let timeout: Duration
  let deadline: ContinuousClock.Instant
  /// The value of `MATRIX_CELL` in the environment of every process that the debuggee starts. The
  /// agent says it first on its connection.
  let token: String
  let progress: CellProgress

  private var socket: FilePath { directory.path.appending("s") }

  func run() async throws -> CellOutcome {
    let program = try directory.folder.makeDirectory("program")
    for file in scenario.files {
      try directory.folder.write(file.text, to: "program/\(file.path)")
    }
    let temporary = try directory.folder.makeDirectory("tmp")
    progress.enter(.startingTheHost)
    guard let python = await python else { return notStarted() }

    let connection = try AgentConnection(path: socket, token: token)
    defer { connection.close() }
    let streams = try StandardStreams(readsInput: scenario.readsInput)
    defer { streams.close() }
    let gate = try makeGate()
    defer { gate?.close() }

    var options = PlatformOptions()
    options.createSession = true
    let command = python + launcher(in: program) + [program.appending(scenario.program.path).string]
    progress.enter(.startingTheProgram)
    let result = try await Subprocess.run(
      .path(FilePath(command[0])),
      arguments: Arguments(Array(command.dropFirst())),
      environment: environment(temporary: temporary, gate),
      workingDirectory: program,
      platformOptions: options,
      input: .fileDescriptor(streams.childInput, closeAfterSpawningProcess: false),
      output: .fileDescriptor(streams.childOutput, closeAfterSpawningProcess: false),
      error: .fileDescriptor(streams.childErrors, closeAfterSpawningProcess: false)
    ) { execution in
      streams.closeChildEnds()
      let identifier = execution.processIdentifier
      progress.started(identifier.value)
      let debuggee = try Debuggee(
        pid: identifier.value, pidfd: identifier.processDescriptor, folder: program,
        streams: streams)
      defer { debuggee.close() }
      var outcome = await drive(debuggee, connection, gate)
      progress.enter(.checking)
      outcome.violations += await AfterChecks(
        debuggee: debuggee, token: token, temporary: temporary
      ).violations()
      streams.close()
      outcome.standardOutput = streams.output.tail
      outcome.standardError = streams.errors.tail
      progress.enter(.reaping)
      return outcome
    }
    return judged(result.closureResult)
  }

  /// Nothing of the caller's Python variables, and the same hashes in every run.
  private func environment(temporary: FilePath, _ gate: StartGate?) -> Environment {
    var own = [
      "PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": temporary.string, "LANG": "C.UTF-8",
      "TMPDIR": temporary.string, "PYTHONUNBUFFERED": "1", "PYTHONHASHSEED": "0",
      "PYTHONIOENCODING": "utf-8", CellProcesses.variable: token,
    ]
    if configuration.entry == .launch { own.merge(configuration.agentEnvironment) { $1 } }
    if let gate { own.merge(gate.environment) { $1 } }
    if configuration.host == .embedded { own.merge(host.environment(for: interpreter)) { $1 } }
    return .custom(
      Dictionary(
        uniqueKeysWithValues: own.map { (Environment.Key(stringLiteral: $0), $1) }))
  }

  /// Nil when the deadline passes before the application that embeds CPython has been tried.
  private var python: [String]? {
    get async {
      switch configuration.host {
      case .executable: [interpreter.path.string]
      case .embedded: await host.command(for: interpreter, before: deadline)
      }
    }
  }

  private func launcher(in program: FilePath) -> [String] {
    guard configuration.entry == .launch else { return [] }
    return [
      agent.appending(AgentBundle.launcher).string, program.string, "unix:\(socket)", token, "None",
    ]
  }

  private func makeGate() throws(Directory.Failure) -> StartGate? {
    guard configuration.entry != .launch else { return nil }
    return try StartGate(
      in: Directory(try directory.folder.makeDirectory("hold")), version: interpreter.version,
      isFreeThreaded: interpreter.abiFlags.contains(.freeThreaded))
  }

  // MARK: Driving

  private enum Happening {
    case script(Script)
    case processEnded
    case deadline
  }

  /// Takes the debuggee through the script, and ends it.
  private func drive(
    _ debuggee: Debuggee, _ connection: AgentConnection, _ gate: StartGate?
  ) async -> CellOutcome {
    /// Ends every wait of the script.
    @Sendable func closeEverything() {
      connection.close()
      debuggee.streams.output.close()
      gate?.abandon()
    }
    return await withTaskCancellationHandler {
      await withTaskGroup(of: Happening?.self) { group in
        group.addTask { .script(await runScript(debuggee, connection, gate)) }
        group.addTask { (try? await debuggee.termination()) == nil ? nil : .processEnded }
        group.addTask { (try? await Task.sleep(until: deadline)) == nil ? nil : .deadline }
        var script = Script(end: .timedOut, steps: [], remaining: [])
        var isLate = false
        loop: for await happening in group {
          switch happening {
          case .script(let finished):
            script = finished
            break loop
          case .deadline:
            isLate = true
            await debuggee.terminate(grace: CellRunner.grace)
            closeEverything()
          case .processEnded, nil: closeEverything()
          }
        }
        group.cancelAll()
        progress.enter(.ending)
        // A process that dies closes its connection a moment before it is gone.
        if case .broken = script.end { _ = await debuggee.ends(within: CellRunner.grace) }
        script.leftProgram = await debuggee.terminate(grace: CellRunner.grace)
        if isLate { script.interrupt() }
        return outcome(of: script, debuggee.end, pid: debuggee.process.pid)
      }
    } onCancel: {
      debuggee.signal(SIGKILL)
      closeEverything()
    }
  }

  /// The cell's outcome where the application that embeds CPython did not start in time.
  private func notStarted() -> CellOutcome {
    CellOutcome(
      verdict: .timeout,
      reason:
        "no end after \(timeout.formattedSeconds) s, while the application that embeds CPython "
        + "loaded \(interpreter.embeddableLibrary?.string ?? "libpython")")
  }

  private func attach(to process: LiveProcess) async -> AttachOutcome {
    let payload = Payload.agent(
      .attach, from: agent, endpoint: "unix:\(socket)", token: token,
      options: configuration.agentOptions)
    let entry: any Attacher = configuration.entry == .safe ? SafeAttach() : LegacyInjector()
    let rest = max(.zero, deadline - .now)
    return await entry.attach(to: process, running: payload, limits: AttachLimits(timeout: rest))
      .outcome
  }

  private func runScript(
    _ debuggee: Debuggee, _ connection: AgentConnection, _ gate: StartGate?
  ) async -> Script {
    let session = AgentSession(connection)
    let runner = ScriptRunner(
      scenario: scenario, version: interpreter.version, session: session, debuggee: debuggee,
      progress: progress)
    var end: End
    do {
      if let gate {
        progress.enter(.attaching)
        guard await gate.isReached() else { throw SessionError.closed }
        let outcome = await attach(to: debuggee.process)
        guard case .attached(.result) = outcome else {
          return Script(end: .notAttached(outcome), steps: [], remaining: runner.remaining)
        }
        _ = try await session.waitForAgent()
        gate.release()
      }
      end = .script(holds: try await runner.run())
    } catch let error as SessionError {
      end = .broken(error)
    } catch is CancellationError {
      end = .broken(.closed)
    } catch {
      end = .unknown("\(error)")
    }
    return Script(end: end, steps: runner.steps, remaining: runner.remaining)
  }
}

/// How far a cell has come, for the watchdog's reason.
final class CellProgress: Sendable {
  enum Stage: CustomStringConvertible {
    case preparing, startingTheHost, startingTheProgram, attaching, statement(String), ending
    case checking, reaping

    var description: String {
      switch self {
      case .preparing: "its directory was made"
      case .startingTheHost: "the application that embeds CPython was tried"
      case .startingTheProgram: "the program was started"
      case .attaching: "the debugger attached"
      case .statement(let text): "the script was at '\(text)'"
      case .ending: "the program was ended"
      case .checking: "what the program had left was looked for"
      case .reaping: "the program's process was reaped"
      }
    }
  }

  private let state = Mutex<(stage: Stage, pid: Int32?)>((.preparing, nil))

  func enter(_ stage: Stage) { state.withLock { $0.stage = stage } }

  func started(_ pid: Int32) { state.withLock { $0.pid = pid } }

  /// Where the cell is, and what the kernel says of its process, as the end of a sentence.
  var description: String {
    let (stage, pid) = state.withLock { $0 }
    let status = pid.map { pid in
      LiveProcess(pid: pid).status.map { "; process \(pid) is in state \($0.state)" }
        ?? "; process \(pid) is gone"
    }
    return "while \(stage)" + (status ?? "")
  }
}

extension Scenario {
  fileprivate var readsInput: Bool {
    script.contains { if case .input = $0.action { true } else { false } }
  }
}

extension Duration {
  /// `10`, `0.5`
  var formattedSeconds: String {
    let milliseconds = Int(self / .milliseconds(1))
    return milliseconds % 1000 == 0
      ? "\(milliseconds / 1000)" : "\(Double(milliseconds) / 1000)"
  }
}
