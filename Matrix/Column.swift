public import Interpreters

/// Which debugger is driven.
public enum DebuggerKind: String, CaseIterable, Hashable, Sendable {
  case agent
}

/// How the debugger gets into the program.
public enum EntryKind: String, CaseIterable, Hashable, Sendable {
  case launch
}

/// What runs CPython.
public enum HostKind: String, CaseIterable, Hashable, Sendable {
  case executable
}

/// One column of the table: everything of a cell but its scenario.
public struct Column: Hashable, Sendable {
  public enum Runtime: Hashable, Sendable {
    case interpreter(Interpreter)
    /// What was asked for and is not on this machine, with a sentence on how to get it.
    case missing(hint: String)
  }

  /// Short and unique within a run: `3.12`, `3.13 static`.
  public var label: String
  public var runtime: Runtime
  public var debugger: DebuggerKind
  public var entry: EntryKind
  public var host: HostKind

  public init(
    label: String, runtime: Runtime, debugger: DebuggerKind = .agent, entry: EntryKind = .launch,
    host: HostKind = .executable
  ) {
    self.label = label
    self.runtime = runtime
    self.debugger = debugger
    self.entry = entry
    self.host = host
  }

  public var interpreter: Interpreter? {
    if case .interpreter(let interpreter) = runtime { interpreter } else { nil }
  }
}
