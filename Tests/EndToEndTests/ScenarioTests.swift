import CPython
import Harness
import Interpreters
import Matrix
import Testing

@Suite("Every scenario on every interpreter found")
struct ScenarioTests {
  /// An interpreter and a way in; one test case runs all scenarios on it.
  struct Column: Sendable, CustomTestStringConvertible {
    var named: Machine.Named
    var configuration: CellConfiguration

    var testDescription: String { "\(named.label)\(configuration.suffix)" }
  }

  static func columns() async -> [Column] {
    await Machine.interpreters.flatMap { named in
      configurations(for: named).map { Column(named: named, configuration: $0) }
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

  @Test("shows what it says", arguments: await columns())
  func showsWhatItSays(_ column: Column) async throws {
    for scenario in try ScenarioLibrary.embedded() {
      let outcome = try await outcome(
        of: scenario, on: column.named.interpreter, configuration: column.configuration)
      #expect(
        outcome.verdict == .pass || outcome.verdict == .unsupported,
        "\(scenario.name): \(outcome.verdict): \(description(of: outcome))")
    }
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
