import ArgumentParser
import Interpreters
import Matrix

/// `matrix list cells`
struct ListCells: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cells",
    abstract: "List the cells that a run with the same options would run.",
    discussion: """
      Examples:
        matrix list cells
        matrix list cells --versions 3.12 --scenarios 'breakpoints/*' --format json
      """)

  @OptionGroup var versions: VersionOptions
  @OptionGroup var scenarios: ScenarioOptions
  @OptionGroup var configurations: ConfigurationOptions

  @Option(help: "How to print: text or json.")
  var format: ListFormat = .text

  func run() async throws {
    let library = try scenarios.library()
    try scenarios.requireSelection(from: library)
    let requests = try versions.requests
    let resolution = await InterpreterFinder().find(for: requests).resolve(requests)
    let plan = Plan(
      resolution, scenarios: library, matching: scenarios.patterns,
      configurations: configurations.configurations,
      where: configurations.isWanted)
    switch format {
    case .text:
      let width = plan.columns.map(\.label.count).max() ?? 0
      for cell in plan.cells {
        print(cell.id.column.padded(to: width + 2) + cell.id.scenario)
      }
    case .json: print(try Listings.cells(plan))
    }
  }
}
