import ArgumentParser

/// `matrix agent`
struct AgentCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "agent",
    abstract: "Work with the Python agent by itself.",
    discussion: """
      Examples:
        matrix agent export matrix-agent
        python3 matrix-agent/launcher.py "$PWD" 5678 my-token None program.py
      """,
    subcommands: [ExportAgent.self])
}
