import ArgumentParser
import Matrix

@main
struct MatrixCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "matrix",
    abstract: "Shows on which CPython debugging works, and how well.",
    discussion: """
      Finds the CPython builds of this machine (3.5 to 3.15), drives a debugger through \
      breakpoints, steps and children on each of them, and reports a table.

      Examples:
        matrix run                                  # everything on everything
        matrix run --versions 3.12,3.14 --output report
        matrix list interpreters
        matrix list scenarios
        matrix inspect /usr/bin/python3.14
        matrix attach 4711 --stacks                 # a program that runs already
        matrix doctor --pid 4711                    # why that works or does not

      \(ExitStatus.table)
      """,
    version: ToolVersion.current,
    subcommands: [
      RunCommand.self, ListCommand.self, InspectCommand.self, AttachCommand.self,
      DoctorCommand.self, AgentCommand.self, MeasureCommand.self,
    ])
}
