import CPython
public import Interpreters

/// How a debugger gets into a program and watches it: everything of a cell but the interpreter and
/// the scenario.
public struct CellConfiguration: Hashable, Sendable {
  /// The debugger that is driven.
  public enum Debugger: String, CaseIterable, Hashable, Sendable {
    case agent
  }

  /// How the debugger gets into the program.
  public enum Entry: String, CaseIterable, Hashable, Sendable {
    /// The agent starts the program.
    case launch
    /// Into a program that runs, by the legacy injector.
    case inject
    /// Into a program that runs, by safe attach (PEP 768).
    case safe
  }

  /// What runs CPython.
  public enum Host: String, CaseIterable, Hashable, Sendable {
    /// The interpreter's own.
    case executable
    /// An application that loads libpython.
    case embedded
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

  /// Why an interpreter cannot have this configuration, as a sentence; nil if it can.
  public func obstacle(on interpreter: Interpreter) -> String? {
    let series = interpreter.version.series
    let methods = series.release?.attachEntries(interpreter.abiFlags) ?? []
    switch entry {
    case .launch: break
    case .inject where methods.contains(.safe):
      return "the legacy injector is for versions before 3.14; from there on there is safe attach"
    case .inject where !methods.contains(.inject):
      return "the legacy injector cannot enter a free-threaded build"
    case .safe where !methods.contains(.safe):
      return "safe attach (PEP 768) began with Python 3.14"
    case .safe where interpreter.remoteDebugging == .disabled:
      return "this build was configured without remote debugging"
    case .inject, .safe: break
    }
    if executionControl == .monitoring, series < PythonSeries(3, 12) {
      return "sys.monitoring began with Python 3.12"
    }
    if host == .embedded, interpreter.embeddableLibrary == nil {
      return "there is no libpython of this build to embed"
    }
    return nil
  }

  /// What differs from the default, in words that can follow an interpreter's name.
  public var suffix: String {
    let words = [
      entry == .launch ? nil : entry.rawValue, host == .executable ? nil : host.rawValue,
      executionControl?.rawValue,
    ]
    return words.compactMap { $0.map { " \($0)" } }.joined()
  }

  /// What a launched agent is told in the program's environment.
  var agentEnvironment: [String: String] {
    executionControl.map { ["MATRIX_EXECUTION_CONTROL": $0.rawValue] } ?? [:]
  }

  /// What an agent that attaches is told.
  var agentOptions: String { executionControl.map { "ExecutionControl=\($0.rawValue)" } ?? "" }
}

/// How long a cell may take.
public enum CellTimeout {
  /// A day: a number that still fits every clock that it is added to.
  public static let limit = 86_400.0

  public static let expectation = "a number of seconds above 0 and up to \(Int(limit))"

  /// - Returns: nil for what is not ``expectation``.
  public static func parse(_ text: String) -> Duration? {
    guard let seconds = Double(text), seconds > 0, seconds <= limit else { return nil }
    return .seconds(seconds)
  }
}
