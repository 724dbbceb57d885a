import ArgumentParser
import Harness
import Interpreters
import Matrix
import SystemPackage

/// `matrix list`
struct ListCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "List interpreters, scenarios or cells.",
    discussion: """
      Examples:
        matrix list interpreters --format json
        matrix list scenarios --scenarios 'stepping/*'
        matrix list cells --versions 3.12,3.14
      """,
    subcommands: [ListInterpreters.self, ListScenarios.self, ListCells.self])
}

/// `matrix list interpreters`
struct ListInterpreters: AsyncParsableCommand {
  enum Format: String, ExpressibleByArgument, CaseIterable {
    case text, json
    case githubMatrix = "github-matrix"
  }

  static let configuration = CommandConfiguration(
    commandName: "interpreters",
    abstract: "List the CPython builds of this machine.",
    discussion: """
      Looks in pyenv, uv, asdf, mise, conda, the project's cache, the system's folders and PATH. \
      Nothing else is run than the interpreters, each once; what they say is remembered.

      Examples:
        matrix list interpreters
        matrix list interpreters --versions 3.12,3.14 --versions '>=3.9,<3.11'
        matrix list interpreters --versions 3.13t --verbose
        matrix list interpreters --versions ~/src/cpython/python
        matrix list interpreters --format json
        matrix list interpreters --format github-matrix   # for fromJSON in a workflow
      """)

  @OptionGroup var versions: VersionOptions

  @Option(help: "How to print: text, json or github-matrix.")
  var format: Format = .text

  @Flag(help: "Say on standard error what was found and cannot be used, and why.")
  var verbose = false

  func run() async throws {
    let requests = try versions.requests
    let discovery = await InterpreterFinder().find(for: requests)
    let resolution = discovery.resolve(requests)
    let listing = InterpreterListing(resolution.interpreters)
    switch format {
    case .text where resolution.interpreters.isEmpty: break
    case .text: print(listing.text)
    case .json: print(try listing.json)
    case .githubMatrix: print(try listing.githubMatrix)
    }
    let notUsed = verbose ? discovery.rejected.map { "not used: \($0)" } : []
    let missing = resolution.missing.map { "unavailable: \($0)" }
    let notes = (notUsed + missing).map { $0 + "\n" }.joined()
    _ = try? FileDescriptor.standardError.writeAll(notes.utf8)
  }
}

/// `matrix list scenarios`
struct ListScenarios: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "scenarios",
    abstract: "List the scenarios and what each of them says.",
    discussion: """
      Examples:
        matrix list scenarios
        matrix list scenarios --scenarios 'children/*' --format json
        matrix list scenarios --scenarios-from my-scenarios
      """)

  @OptionGroup var scenarios: ScenarioOptions

  @Option(help: "How to print: text or json.")
  var format: OutputFormat = .text

  func run() throws {
    let library = try scenarios.library()
    try scenarios.requireSelection(from: library)
    let none = Resolution(interpreters: [], missing: [])
    let plan = Plan(none, scenarios: library, matching: scenarios.patterns)
    switch format {
    case .text:
      let width = plan.scenarios.map(\.name.count).max() ?? 0
      for scenario in plan.scenarios {
        print(scenario.name.padded(to: width + 2) + scenario.title)
      }
    case .json: print(try Listings.scenarios(plan))
    }
  }
}

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
  var format: OutputFormat = .text

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
