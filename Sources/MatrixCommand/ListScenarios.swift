import ArgumentParser
import Harness
import Interpreters
import Matrix

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
  var format: ListFormat = .text

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

enum ListFormat: String, ExpressibleByArgument, CaseIterable {
  case text, json
}

extension String {
  /// With spaces behind it, up to `width` characters.
  func padded(to width: Int) -> String {
    self + String(repeating: " ", count: max(0, width - count))
  }
}
