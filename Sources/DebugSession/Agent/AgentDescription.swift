/// What the agent in a program says of itself.
public struct AgentDescription: Hashable, Sendable {
  /// Of the additions to the classic protocol.
  public var protocolVersion: Int
  public var version: String
  /// `trace` or `monitoring`.
  public var executionControl: String
}
