import ArgumentParser
import Dispatch
import FoundationEssentials
import Harness
import Interpreters
import Matrix
import SystemPackage

/// `matrix run`
struct RunCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Run scenarios on interpreters and report what works.",
    discussion: """
      Starts a program on each interpreter with the agent in it, takes it through each scenario, \
      and compares what the debugger shows with what the scenario expects. The table goes to \
      standard output, progress to standard error.

      Examples:
        matrix run
        matrix run --versions 3.12,3.14
        matrix run --versions '>=3.9,<3.12' --scenarios 'stepping/*'
        matrix run --versions 3.14 --execution-control trace,monitoring
        matrix run --entry all --host all
        matrix run --entry launch,inject --versions 3.8..3.13
        matrix run --scenarios-from my-scenarios --output report
        CI=true matrix run --versions 3.9..3.15      # exit 5 if one of them is not here

      \(ExitStatus.table)
      """)

  @OptionGroup var versions: VersionOptions
  @OptionGroup var scenarios: ScenarioOptions
  @OptionGroup var configurations: ConfigurationOptions
  @OptionGroup var options: RunOptions

  func run() async throws {
    let interruption = Interruption()
    let library = try scenarios.library()
    try scenarios.requireSelection(from: library)
    let requests = try versions.requests
    let resolution = await InterpreterFinder().find(for: requests).resolve(requests)
    let plan = Plan(
      resolution, scenarios: library, matching: scenarios.patterns,
      configurations: configurations.configurations,
      where: configurations.isWanted)
    try prepareOutput()
    let (status, hasRun) = try await execute(plan, interruption)
    guard status == .asExpected else { throw status.code }
    if !resolution.missing.isEmpty, options.missing(hasRun: hasRun) == .fail {
      let names = resolution.missing.map(\.name).joined(separator: ", ")
      Message.write("error: \(hasRun ? "" : "nothing was run; ")required and not here: \(names)")
      throw ExitStatus.somethingMissing.code
    }
    if !hasRun {
      let isOutOfScope = !resolution.interpreters.isEmpty
      Message.write(
        isOutOfScope
          ? "error: nothing was run: no cell is for these interpreters and configurations"
          : "nothing was run: no interpreter that was asked for is here")
      if isOutOfScope { throw ExitStatus.nothingSelected.code }
    }
  }

  /// Before anything runs, so that no run is lost for want of a place for its report.
  private func prepareOutput() throws {
    guard let output = options.output else { return }
    do {
      try Recorders.prepare(output)
    } catch {
      Message.write("error: --output: \(error)")
      throw ExitStatus.usage.code
    }
  }

  /// - Returns: how the run ended, and whether a debugger was put to the test at all.
  private func execute(
    _ plan: Plan, _ interruption: Interruption
  ) async throws -> (status: ExitStatus, hasRun: Bool) {
    let directory: RunDirectory
    let runner: CellRunner
    do {
      removeLeftovers()
      interruption.prepare()
      directory = try RunDirectory()
      runner = try CellRunner(in: directory, timeout: options.timeout)
    } catch {
      Message.write("error: \(error)")
      throw ExitStatus.internalError.code
    }
    defer {
      runner.endLeftovers()
      directory.remove()
    }

    let run = Run(plan, jobs: options.jobs.count, failsFast: options.failFast)
    let terminal = TerminalRecorder.standard(
      color: options.color, environment: ProcessInfo.processInfo.environment,
      output: options.output)
    let dispatcher = EventDispatcher(Recorders.all(output: options.output, terminal: terminal))
    let clock = Repeating(every: .milliseconds(250)) { try? terminal.refresh() }
    defer { clock.end() }
    let start = RunStart.now(plan, jobs: run.jobs)
    let work = Task {
      await run.execute(start: start, runner: runner) { dispatcher.post($0) }
    }
    interruption.protect(
      Interruption.Run(
        cancel: { work.cancel() },
        force: {
          dispatcher.interrupt(within: .milliseconds(800))
          runner.endProcesses()
          directory.remove()
        }))
    let reason = await work.value

    let hasRun = terminal.report.tally.ran > 0
    if !dispatcher.failures.isEmpty {
      for failure in dispatcher.failures { Message.write("error: \(failure)") }
      return (.internalError, hasRun)
    }
    if reason == .interrupted { return (.interrupted, hasRun) }
    return (dispatcher.hasUnexpected ? .unexpectedResults : .asExpected, hasRun)
  }

  /// Removes what runs that were killed have left, and says so.
  private func removeLeftovers() {
    let leftovers = RunDirectory.removeLeftovers()
    guard !leftovers.isEmpty else { return }
    let processes = leftovers.processes == 1 ? "1 process" : "\(leftovers.processes) processes"
    let directories =
      leftovers.directories == 1 ? "1 directory" : "\(leftovers.directories) directories"
    Message.write("removed what killed runs had left: \(directories), \(processes)")
  }
}
