/// Something in a scenario's file that cannot be understood or cannot be meant.
public struct ScenarioDiagnostic: Error, Hashable, Sendable, CustomStringConvertible {
  public var location: SourceLocation
  /// What is wrong and what would be right, as a sentence without a full stop.
  public var message: String

  public var description: String { "\(location): \(message)" }
}

/// Every mistake found, in the order of the files.
public struct ScenarioDiagnostics: Error, Hashable, Sendable, CustomStringConvertible {
  public var mistakes: [ScenarioDiagnostic]

  public var description: String {
    mistakes.map(\.description).joined(separator: "\n")
  }
}
