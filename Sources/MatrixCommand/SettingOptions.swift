import ArgumentParser
import Harness
import Interpreters

/// The options that choose how debuggers get into programs, the same in every command.
struct SettingOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "How the debugger gets in: launch, inject (up to 3.13), safe (from 3.14 on), with commas "
        + "between; or all: what each version supports.",
      valueName: "entry"))
  private var entry: Choice<Setting.Entry> = .these([.launch])

  @Option(
    help: ArgumentHelp(
      "What runs CPython: executable, embedded (an application that loads libpython); or all.",
      valueName: "host"))
  private var host: Choice<Setting.Host> = .these([.executable])

  @Option(
    name: .customLong("execution-control"),
    help: ArgumentHelp(
      "How the agent watches execution: trace (sys.settrace), monitoring (sys.monitoring); or "
        + "all. By default the best that the version has.",
      valueName: "control"))
  private var executionControl: Choice<Setting.ExecutionControl>?

  /// Each interpreter gets a column for each of them.
  var settings: [Setting] {
    let controls = executionControl?.values.map(Optional.some) ?? [nil]
    return entry.values.flatMap { entry in
      host.values.flatMap { host in
        controls.map { Setting(entry: entry, host: host, executionControl: $0) }
      }
    }
  }

  /// Whether a setting stands in a plan where an interpreter does not support it, which it does
  /// only if it was asked for by name.
  func isWanted(_ setting: Setting, on interpreter: Interpreter) -> Bool {
    guard entry.isAll || host.isAll || executionControl?.isAll ?? false else { return true }
    return setting.obstacle(on: interpreter) == nil
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
}

typealias Vocabulary = CaseIterable & Equatable & RawRepresentable<String> & Sendable
