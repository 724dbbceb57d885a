import ArgumentParser
import Harness
import SystemPackage

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

/// `matrix agent export`
struct ExportAgent: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Write the agent into a folder, for use without matrix.",
    discussion: """
      The folder holds launcher.py, which connects a program to a debugger that listens; what \
      both say is in docs/wire-protocol.md.

      Examples:
        matrix agent export matrix-agent
      """)

  @Argument(help: "A folder that is empty or is not there yet.")
  var folder: String

  func run() throws {
    let path = FilePath(folder)
    let target = Directory(path)
    guard target.names.isEmpty else {
      Message.write("error: \(path) is not empty; give a folder that is, or a new one")
      throw ExitStatus.usage.code
    }
    do {
      try Directory(path.isAbsolute ? "/" : ".").makeDirectory(folder)
      print(try target.writeAgent())
    } catch {
      Message.write("error: \(error)")
      throw ExitStatus.internalError.code
    }
  }
}
