/// What a walk through a runtime takes from a table of debug offsets, looked up by name once.
public struct StateOffsets: Hashable, Sendable {
  public var runtimeSize: UInt64
  /// A pointer: not null while the runtime ends.
  public var finalizing: UInt64
  public var interpretersHead: UInt64

  public var interpreterSize: UInt64
  public var interpreterID: UInt64
  public var interpreterNext: UInt64
  public var threadsHead: UInt64
  /// Nil before 3.14.
  public var threadsMain: UInt64?

  public var threadSize: UInt64
  public var threadNext: UInt64
  public var threadInterpreter: UInt64
  /// `gettid()`, in the pid namespace of the target.
  public var nativeThreadID: UInt64

  /// Nil before 3.14.
  public var support: DebuggerSupport?

  public init(_ offsets: DebugOffsets) {
    // Every layout has these entries, and the parser has checked their values.
    func value(_ name: String) -> UInt64 { offsets[name] ?? 0 }
    runtimeSize = value("runtime_state.size")
    finalizing = value("runtime_state.finalizing")
    interpretersHead = value("runtime_state.interpreters_head")
    interpreterSize = value("interpreter_state.size")
    interpreterID = value("interpreter_state.id")
    interpreterNext = value("interpreter_state.next")
    threadsHead = value("interpreter_state.threads_head")
    threadsMain = offsets["interpreter_state.threads_main"]
    threadSize = value("thread_state.size")
    threadNext = value("thread_state.next")
    threadInterpreter = value("thread_state.interp")
    nativeThreadID = value("thread_state.native_thread_id")
    support = offsets.debuggerSupport
  }
}

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

  /// Where in a thread state the request's mark is, an `int`: 1 asks for the script.
  public var pending: UInt64 { remoteDebuggerSupport + pendingCall }
  /// Where in a thread state the path is.
  public var path: UInt64 { remoteDebuggerSupport + scriptPath }
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
