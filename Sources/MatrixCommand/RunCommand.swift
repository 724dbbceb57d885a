import ArgumentParser
import Dispatch
import Harness
import Interpreters
import Matrix
import SystemPackage

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

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
    let requests = try versions.requests
    let resolution = await InterpreterFinder().find(for: requests).resolve(requests)
    let plan = Plan(
      resolution, scenarios: library, matching: scenarios.patterns,
      configurations: configurations.configurations,
      where: configurations.isWanted)
    try scenarios.requireSelection(plan)

    let verdict = try await execute(plan, interruption)
    if verdict == .asExpected, options.missing == .fail, !resolution.missing.isEmpty {
      let names = resolution.missing.map(\.name).joined(separator: ", ")
      Message.write("error: required and not here: \(names)")
      throw ExitStatus.somethingMissing.code
    }
    if verdict != .asExpected { throw verdict.code }
  }

  private func execute(_ plan: Plan, _ interruption: Interruption) async throws -> ExitStatus {
    let directory: RunDirectory
    let runner: CellRunner
    do {
      if let output = options.output { try Recorders.prepare(output) }
      removeLeftovers()
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

    if !dispatcher.failures.isEmpty {
      for failure in dispatcher.failures { Message.write("error: \(failure)") }
      return .internalError
    }
    if reason == .interrupted { return .interrupted }
    return dispatcher.hasUnexpected ? .unexpectedResults : .asExpected
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
