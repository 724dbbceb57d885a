import ArgumentParser

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
