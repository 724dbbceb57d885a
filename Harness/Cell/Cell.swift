import Attach
import CPython
import DebugSession
import Interpreters
import Subprocess
import SystemPackage
import TargetProcess

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// One cell at work.
struct Cell {
  let scenario: Scenario
  let interpreter: Interpreter
  let configuration: CellConfiguration
  /// The folder with the agent's files.
  let agent: FilePath
  let host: EmbeddingHost
  let scratch: TemporaryDirectory
  let timeout: Duration

  /// Says who is who: the agent says it first on its connection, and every process that the
  /// debuggee starts carries it in its environment.
  private let token = String(UInt64.random(in: .min ... .max), radix: 36)

  private var socket: FilePath { scratch.path.appending("s") }

  private var marker: String { "MATRIX_CELL=\(token)" }

  func run() async throws -> CellOutcome {
    let program = try scratch.folder.makeDirectory("program")
    for file in scenario.files { try scratch.folder.write(file.text, to: "program/\(file.path)") }
    let temporary = try scratch.folder.makeDirectory("tmp")
    let connection = try AgentConnection(path: socket, token: token)
    defer { connection.close() }

    let (outputEnd, output) = try FileDescriptor.pipe()
    let (errorsEnd, errors) = try FileDescriptor.pipe()
    let logs = (OutputLog(draining: outputEnd), OutputLog(draining: errorsEnd))
    defer {
      logs.0.close()
      logs.1.close()
    }
    let input = try StandardInput(isRead: scenario.readsInput)
    defer { input.close() }
    let hold = try makeHold()
    defer { hold?.close() }

    var options = PlatformOptions()
    options.createSession = true
    let command =
      await python + launcher(in: program) + [program.appending(scenario.program.path).string]
    let result = try await Subprocess.run(
      .path(FilePath(command[0])),
      arguments: Arguments(Array(command.dropFirst())),
      environment: environment(temporary: temporary, hold),
      workingDirectory: program,
      platformOptions: options,
      input: .fileDescriptor(input.readingEnd, closeAfterSpawningProcess: false),
      output: .fileDescriptor(output, closeAfterSpawningProcess: true),
      error: .fileDescriptor(errors, closeAfterSpawningProcess: true)
    ) { execution in
      let identifier = execution.processIdentifier
      let exit = ExitWatch(processDescriptor: identifier.processDescriptor)
      defer { exit.cancel() }
      let debuggee = Debuggee(
        pid: identifier.value, folder: program, output: logs.0, errors: logs.1, exit: exit,
        standardInput: input.writingEnd)
      var outcome = await drive(debuggee, connection, hold)
      outcome.violations += AfterChecks(
        debuggee: debuggee, marker: marker, temporary: temporary
      ).violations()
      logs.0.close()
      logs.1.close()
      outcome.standardOutput = logs.0.tail
      outcome.standardError = logs.1.tail
      return outcome
    }
    return judged(result.closureResult)
  }

  /// Nothing of the caller's Python settings, and the same hashes in every run.
  private func environment(temporary: FilePath, _ hold: StartGate?) -> Environment {
    var own = [
      "PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": temporary.string, "LANG": "C.UTF-8",
      "TMPDIR": temporary.string, "PYTHONUNBUFFERED": "1", "PYTHONHASHSEED": "0",
      "PYTHONIOENCODING": "utf-8", "MATRIX_CELL": token,
    ]
    if configuration.entry == .launch { own.merge(configuration.agentEnvironment) { $1 } }
    if let hold { own.merge(hold.environment) { $1 } }
    if configuration.host == .embedded { own.merge(host.environment(for: interpreter)) { $1 } }
    return .custom(
      Dictionary(
        uniqueKeysWithValues: own.map { (Environment.Key(stringLiteral: $0), $1) }))
  }

  private var python: [String] {
    get async {
      switch configuration.host {
      case .executable: [interpreter.path.string]
      case .embedded: await host.command(for: interpreter)
      }
    }
  }

  private func launcher(in program: FilePath) -> [String] {
    guard configuration.entry == .launch else { return [] }
    return [
      agent.appending(AgentBundle.launcher).string, program.string, "unix:\(socket)", token, "None",
    ]
  }

  private func makeHold() throws(Directory.Failure) -> StartGate? {
    guard configuration.entry != .launch else { return nil }
    return try StartGate(
      in: Directory(try scratch.folder.makeDirectory("hold")), version: interpreter.version,
      isFreeThreaded: interpreter.abiFlags.contains(.freeThreaded))
  }

  // MARK: Driving

  private func drive(
    _ debuggee: Debuggee, _ connection: AgentConnection, _ hold: StartGate?
  ) async -> CellOutcome {
    await withTaskCancellationHandler {
      // Each child task says whether the deadline has passed.
      await withTaskGroup(of: Bool.self) { group in
        group.addTask {
          // Ends every wait of the script when the process is gone.
          _ = await debuggee.termination
          connection.close()
          debuggee.output.close()
          hold?.abandon()
          return false
        }
        group.addTask {
          guard (try? await Task.sleep(for: timeout)) != nil else { return false }
          await debuggee.end(grace: CellRunner.grace)
          return true
        }
        var script = await runScript(debuggee, connection, hold)
        // A process that dies closes its connection a moment before it is gone.
        if case .broken = script.end { _ = await debuggee.ends(within: CellRunner.grace) }
        script.leftProgram = await debuggee.end(grace: CellRunner.grace)
        group.cancelAll()
        for await hasTimedOut in group where hasTimedOut { script.interrupt() }
        return outcome(of: script, await debuggee.termination, pid: debuggee.process.pid)
      }
    } onCancel: {
      debuggee.signal(SIGKILL)
    }
  }

  private func attach(to process: LiveProcess) async -> AttachOutcome {
    let payload = Payload.agent(
      .attach, from: agent, endpoint: "unix:\(socket)", token: token,
      options: configuration.agentOptions)
    let entry: any Attach = configuration.entry == .safe ? SafeAttach() : LegacyInjector()
    return await entry.attach(
      to: process, running: payload, limits: AttachLimits(timeout: timeout)
    ).outcome
  }

  private func runScript(
    _ debuggee: Debuggee, _ connection: AgentConnection, _ hold: StartGate?
  ) async -> Script {
    let session = AgentSession(connection)
    let runner = ScriptRunner(
      scenario: scenario, version: interpreter.version, session: session, debuggee: debuggee)
    var end: End
    do {
      if let hold {
        guard await hold.isReached() else { throw SessionError.closed }
        let outcome = await attach(to: debuggee.process)
        guard case .attached(.result) = outcome else {
          return Script(end: .notAttached(outcome), steps: [], remaining: runner.remaining)
        }
        _ = try await session.waitForAgent()
        hold.release()
      }
      end = .script(holds: try await runner.run())
    } catch {
      end = .broken(error as? SessionError ?? .protocolViolation("\(error)"))
    }
    return Script(end: end, steps: runner.steps, remaining: runner.remaining)
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
