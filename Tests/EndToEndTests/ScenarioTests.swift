import Harness
import Interpreters
import Matrix
import Testing

@Suite("Every scenario on every interpreter found")
struct ScenarioTests {
  struct Cell: Sendable, CustomTestStringConvertible {
    var column: Machine.Named
    var scenario: Scenario

    var testDescription: String { "\(scenario.name) on \(column.label)" }
  }

  static func cells() async throws -> [Cell] {
    let scenarios = try ScenarioLibrary.embedded()
    return await Machine.interpreters.flatMap { column in
      scenarios.map { Cell(column: column, scenario: $0) }
    }
  }

  @Test("shows what it says", arguments: try await cells())
  func showsWhatItSays(_ cell: Cell) async throws {
    let outcome = try await outcome(of: cell.scenario, on: cell.column.interpreter)
    #expect(
      outcome.verdict == .pass || outcome.verdict == .unsupported, "\(description(of: outcome))")
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
