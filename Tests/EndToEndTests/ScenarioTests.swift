import CPython
import Harness
import Interpreters
import Matrix
import Testing

@Suite("Every scenario on every interpreter found")
struct ScenarioTests {
  struct Cell: Sendable, CustomTestStringConvertible {
    var column: Machine.Named
    var scenario: Scenario
    var configuration = CellConfiguration()

    var testDescription: String { "\(scenario.name) on \(column.label)\(configuration.suffix)" }
  }

  static func cells() async throws -> [Cell] {
    let scenarios = try ScenarioLibrary.embedded()
    return await Machine.interpreters.flatMap { column in
      configurations(for: column).flatMap { configuration in
        scenarios.map { Cell(column: column, scenario: $0, configuration: configuration) }
      }
    }
  }

  /// Every entry and host that the interpreter has, with the best execution control; and the older
  /// control where it is not that.
  private static func configurations(for column: Machine.Named) -> [CellConfiguration] {
    let ways = CellConfiguration.Entry.allCases.flatMap { entry in
      CellConfiguration.Host.allCases.map { CellConfiguration(entry: entry, host: $0) }
    }
    let hasBoth =
      CellConfiguration(executionControl: .monitoring).obstacle(on: column.interpreter) == nil
    return ways.filter { $0.obstacle(on: column.interpreter) == nil }
      + (hasBoth ? [CellConfiguration(executionControl: .trace)] : [])
  }

  @Test("shows what it says", arguments: try await cells())
  func showsWhatItSays(_ cell: Cell) async throws {
    let outcome = try await outcome(
      of: cell.scenario, on: cell.column.interpreter, configuration: cell.configuration)
    #expect(
      outcome.verdict == .pass || outcome.verdict == .unsupported, "\(description(of: outcome))")
  }

  @Test("the execution control that is asked for is the one that watches")
  func theControlIsTheOneAskedFor() async throws {
    let scenario = try #require(
      try ScenarioLibrary.scenarios(in: VerdictTests.folder)
        .first { $0.name == "settings/watched_by_trace" })
    for column in await Machine.interpreters {
      let version = column.interpreter.version
      for control in CellConfiguration.ExecutionControl.allCases {
        let configuration = CellConfiguration(executionControl: control)
        let verdict = try await outcome(
          of: scenario, on: column.interpreter, configuration: configuration
        )
        .verdict
        let hasBoth = version.series >= PythonSeries(3, 12)
        #expect(verdict == (!hasBoth ? .unsupported : control == .trace ? .pass : .fail))
      }
    }
  }

  @Test("there is an interpreter to run them on")
  func thereIsAnInterpreter() async {
    #expect(await !Machine.interpreters.isEmpty)
  }

  private func description(of outcome: CellOutcome) -> String {
    let mismatch = outcome.steps.compactMap { step -> String? in
      guard case .mismatch(let expected, let seen) = step.result else { return nil }
      return "\(step.location): expected \(expected), seen \(seen)"
    }
    return ([outcome.reason ?? ""] + mismatch + [outcome.standardError]).joined(separator: "\n")
  }
}
