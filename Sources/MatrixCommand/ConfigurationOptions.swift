import ArgumentParser
import Harness
import Interpreters

/// The options that choose how debuggers get into programs, the same in every command.
struct ConfigurationOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "How the debugger gets in: launch, inject (up to 3.13), safe (from 3.14 on), with commas "
        + "between; or all: what each version supports.",
      valueName: "entry"))
  private var entry: Choice<CellConfiguration.Entry> = .these([.launch])

  @Option(
    help: ArgumentHelp(
      "What runs CPython: executable, embedded (an application that loads libpython); or all.",
      valueName: "host"))
  private var host: Choice<CellConfiguration.Host> = .these([.executable])

  @Option(
    name: .customLong("execution-control"),
    help: ArgumentHelp(
      "How the agent watches execution: trace (sys.settrace), monitoring (sys.monitoring); or "
        + "all. By default the best that the version has.",
      valueName: "control"))
  private var executionControl: Choice<CellConfiguration.ExecutionControl>?

  /// Each interpreter gets a column for each of them.
  var configurations: [CellConfiguration] {
    let controls = executionControl?.values.map(Optional.some) ?? [nil]
    return entry.values.flatMap { entry in
      host.values.flatMap { host in
        controls.map { CellConfiguration(entry: entry, host: host, executionControl: $0) }
      }
    }
  }

  /// Whether the plan has a column for this configuration of an interpreter. A configuration that the
  /// interpreter does not support gets one only if it was asked for by name, not by `all`.
  func isWanted(_ configuration: CellConfiguration, on interpreter: Interpreter) -> Bool {
    guard entry.isAll || host.isAll || executionControl?.isAll ?? false else { return true }
    return configuration.obstacle(on: interpreter) == nil
  }
}

/// Values of a closed vocabulary, with commas between, or all of them.
enum Choice<Value: Vocabulary>: ExpressibleByArgument {
  case all
  case these([Value])

  init?(argument: String) {
    if argument == "all" {
      self = .all
      return
    }
    var values: [Value] = []
    for name in argument.split(separator: ",", omittingEmptySubsequences: false) {
      guard let value = Value(rawValue: String(name)) else { return nil }
      if !values.contains(value) { values.append(value) }
    }
    self = .these(values)
  }

  var values: [Value] {
    switch self {
    case .all: Array(Value.allCases)
    case .these(let values): values
    }
  }

  var isAll: Bool { if case .all = self { true } else { false } }

  var defaultValueDescription: String { values.map(\.rawValue).joined(separator: ",") }

  static var allValueStrings: [String] { Value.allCases.map(\.rawValue) + ["all"] }

  static var defaultCompletionKind: CompletionKind { .list(allValueStrings) }
}

typealias Vocabulary = CaseIterable & Equatable & RawRepresentable<String> & Sendable
