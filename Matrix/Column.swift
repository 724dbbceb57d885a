public import Harness
public import Interpreters

/// One column of the table: everything of a cell but its scenario.
public struct Column: Hashable, Sendable {
  public enum Runtime: Hashable, Sendable {
    case interpreter(Interpreter)
    /// What was asked for and is not on this machine, with a sentence on how to get it.
    case missing(hint: String)
  }

  /// Short and unique within a run: `3.12`, `3.13 static`, `3.12 trace`.
  public var label: String
  public var runtime: Runtime
  public var configuration: CellConfiguration

  public init(
    label: String, runtime: Runtime, configuration: CellConfiguration = CellConfiguration()
  ) {
    self.label = label
    self.runtime = runtime
    self.configuration = configuration
  }

  public var interpreter: Interpreter? {
    if case .interpreter(let interpreter) = runtime { interpreter } else { nil }
  }
}
