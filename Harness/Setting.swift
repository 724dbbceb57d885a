public import CPython

/// How a debugger gets into a program and watches it: everything of a cell but the interpreter and
/// the scenario.
public struct Setting: Hashable, Sendable {
  /// Which debugger is driven.
  public enum Debugger: String, CaseIterable, Hashable, Sendable {
    case agent
  }

  /// How the debugger gets into the program.
  public enum Entry: String, CaseIterable, Hashable, Sendable {
    case launch
  }

  /// What runs CPython.
  public enum Host: String, CaseIterable, Hashable, Sendable {
    case executable
  }

  /// How the agent watches execution.
  public enum ExecutionControl: String, CaseIterable, Hashable, Sendable {
    /// `sys.settrace`
    case trace
    /// `sys.monitoring` (PEP 669)
    case monitoring
  }

  public var debugger: Debugger
  public var entry: Entry
  public var host: Host
  /// Nil for the agent's own choice, the best that the version has.
  public var executionControl: ExecutionControl?

  public init(
    debugger: Debugger = .agent, entry: Entry = .launch, host: Host = .executable,
    executionControl: ExecutionControl? = nil
  ) {
    self.debugger = debugger
    self.entry = entry
    self.host = host
    self.executionControl = executionControl
  }

  /// Why a CPython of this version cannot have the setting, a sentence; nil if it can.
  public func obstacle(on version: PythonVersion) -> String? {
    guard executionControl == .monitoring, version.series < PythonSeries(3, 12) else { return nil }
    return "sys.monitoring began with Python 3.12"
  }

  /// What differs from the default, in words that can follow an interpreter's name.
  public var suffix: String { executionControl.map { " \($0.rawValue)" } ?? "" }

  /// What the agent is told in the program's environment.
  var agentEnvironment: [String: String] {
    executionControl.map { ["MATRIX_EXECUTION_CONTROL": $0.rawValue] } ?? [:]
  }
}
