public import ArgumentParser
public import Harness

/// The options that choose how debuggers get into programs, the same in every command.
struct SettingOptions: ParsableArguments {
  @Option(
    name: .customLong("execution-control"), parsing: .upToNextOption,
    help: ArgumentHelp(
      "How the agent watches execution: trace (sys.settrace) or monitoring (sys.monitoring). "
        + "Given both, each interpreter has a column for each. By default the best it has.",
      valueName: "control"))
  private var executionControls: [Setting.ExecutionControl] = []

  var settings: [Setting] {
    executionControls.isEmpty
      ? [Setting()] : executionControls.map { Setting(executionControl: $0) }
  }
}

extension Setting.ExecutionControl: ExpressibleByArgument {}
