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
  let setting: Setting
  let launcher: FilePath
  let scratch: Scratch
  let timeout: Duration

  /// Says who is who: the agent says it first on its connection, and every process that the
  /// debuggee starts carries it in its environment.
  private let token = String(UInt64.random(in: .min ... .max), radix: 36)

  private var marker: String { "MATRIX_CELL=\(token)" }

  func run() async throws -> CellOutcome {
    let program = try scratch.folder.makeFolder("program")
    for file in scenario.files { try scratch.folder.write(file.text, to: "program/\(file.path)") }
    let temporary = try scratch.folder.makeFolder("tmp")
    let socket = scratch.path.appending("s")
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

    var options = PlatformOptions()
    options.createSession = true
    let result = try await Subprocess.run(
      .path(interpreter.path),
      arguments: Arguments([
        launcher.string, program.string, "unix:\(socket)", token, "None",
        program.appending(scenario.program.path).string,
      ]),
      environment: environment(temporary: temporary),
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
      var outcome = await drive(debuggee, connection)
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
  private func environment(temporary: FilePath) -> Environment {
    let own = [
      "PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": temporary.string, "LANG": "C.UTF-8",
      "TMPDIR": temporary.string, "PYTHONUNBUFFERED": "1", "PYTHONHASHSEED": "0",
      "PYTHONIOENCODING": "utf-8", "MATRIX_CELL": token,
    ]
    return .custom(
      Dictionary(
        uniqueKeysWithValues: own.merging(setting.agentEnvironment) { $1 }.map {
          (Environment.Key(stringLiteral: $0), $1)
        }))
  }

  // MARK: Driving

  private enum End {
    case script(holds: Bool)
    case broken(SessionError)
    case timedOut
  }

  private struct Script {
    var end: End
    var steps: [StepRecord]
    var remaining: [StepRecord]
    /// Whether the program was still there behind it, and was ended by us.
    var leftProgram = false

    /// What was seen after the deadline is the work of our signals.
    mutating func interrupt() {
      end = .timedOut
      if let last = steps.indices.last, steps[last].result != .held {
        steps[last].result = .notReached
      }
    }
  }

  private func drive(_ debuggee: Debuggee, _ connection: AgentConnection) async -> CellOutcome {
    await withTaskCancellationHandler {
      // Each child task says whether the deadline has passed.
      await withTaskGroup(of: Bool.self) { group in
        group.addTask {
          // Ends every wait of the script when the process is gone.
          _ = await debuggee.termination
          connection.close()
          debuggee.output.close()
          return false
        }
        group.addTask {
          guard (try? await Task.sleep(for: timeout)) != nil else { return false }
          await debuggee.end(grace: CellRunner.grace)
          return true
        }
        var script = await runScript(debuggee, connection)
        // A process that dies closes its connection a moment before it is gone.
        if case .broken = script.end { _ = await debuggee.ends(within: CellRunner.grace) }
        script.leftProgram = await debuggee.end(grace: CellRunner.grace)
        group.cancelAll()
        for await hasTimedOut in group where hasTimedOut { script.interrupt() }
        return outcome(of: script, await debuggee.termination)
      }
    } onCancel: {
      debuggee.signal(SIGKILL)
    }
  }

  private func runScript(_ debuggee: Debuggee, _ connection: AgentConnection) async -> Script {
    let session = AgentSession(connection)
    let runner = ScriptRunner(
      scenario: scenario, version: interpreter.version, session: session, debuggee: debuggee)
    var end: End
    do {
      end = .script(holds: try await runner.run())
    } catch {
      end = .broken(error as? SessionError ?? .protocolViolation("\(error)"))
    }
    return Script(end: end, steps: runner.steps, remaining: runner.remaining)
  }

  // MARK: Judging

  private func outcome(of script: Script, _ termination: Termination) -> CellOutcome {
    var outcome = CellOutcome(
      verdict: .pass, steps: script.steps + script.remaining, termination: termination)
    let next = outcome.steps.first { $0.result == .notReached }?.statement
    switch script.end {
    case .script(holds: true): break
    case .script(holds: false):
      outcome.verdict = .fail
      outcome.reason = script.steps.last.map { "'\($0.statement)' does not hold" }
    case .timedOut:
      outcome.verdict = .timeout
      outcome.reason =
        "no end after \(timeout.formattedSeconds) s"
        + before(next)
    case .broken(.closed) where script.leftProgram:
      outcome.verdict = .fail
      outcome.reason = "the debugger let go of the program" + before(next)
    case .broken(.closed):
      switch termination {
      case .signalled: outcome.verdict = .crash
      // A program that ends before the debugger is there tells nothing about it.
      case .exited: outcome.verdict = script.steps.isEmpty ? .error : .fail
      }
      outcome.reason = "the program ended early (\(termination))" + before(next)
    case .broken(let error):
      outcome.verdict = .error
      outcome.reason = error.description
    }
    // A crash explains a failed expectation better than the expectation does.
    if outcome.verdict == .fail, !script.leftProgram, case .signalled = termination {
      outcome.verdict = .crash
      outcome.reason = "the program was \(termination)"
    }
    return outcome
  }

  private func before(_ statement: String?) -> String {
    statement.map { ", before '\($0)'" } ?? ""
  }

  private func judged(_ outcome: CellOutcome) -> CellOutcome {
    var outcome = outcome
    if outcome.verdict == .pass, let first = outcome.violations.first {
      outcome.verdict = .fail
      outcome.reason = first
    }
    return outcome
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
