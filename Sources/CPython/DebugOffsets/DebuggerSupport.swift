/// The part of the table that PEP 768 attaching writes by (3.14 and later).
public struct DebuggerSupport: Hashable, Sendable {
  /// A word in a thread state; its lowest byte holds events, the bits above it a version.
  public var evalBreaker: UInt64
  /// Where in a thread state the following structure is: to be added, not followed.
  public var remoteDebuggerSupport: UInt64
  /// An `int` in an interpreter state: 1 when remote debugging is on.
  public var remoteDebuggingEnabled: UInt64
  /// An `int`, relative to ``remoteDebuggerSupport``; 0 is its usual place.
  public var pendingCall: UInt64
  /// A path with a zero byte behind it, relative to ``remoteDebuggerSupport``.
  public var scriptPath: UInt64
  /// How many bytes the path may have, with that zero byte.
  public var scriptPathSize: UInt64
}

extension DebugOffsets {
  /// Nil before 3.14.
  public var debuggerSupport: DebuggerSupport? {
    func value(_ name: String) -> UInt64? { self["debugger_support.\(name)"] }
    guard let evalBreaker = value("eval_breaker"), let support = value("remote_debugger_support"),
      let enabled = value("remote_debugging_enabled"),
      let pending = value("debugger_pending_call"), let path = value("debugger_script_path"),
      let size = value("debugger_script_path_size")
    else { return nil }
    return DebuggerSupport(
      evalBreaker: evalBreaker, remoteDebuggerSupport: support, remoteDebuggingEnabled: enabled,
      pendingCall: pending, scriptPath: path, scriptPathSize: size)
  }
}
