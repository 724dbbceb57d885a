import CPython

/// What safe attach takes from a table of debug offsets, by name once instead of at each use.
struct StateOffsets: Hashable, Sendable {
  var runtimeSize: UInt64
  var interpretersHead: UInt64

  var interpreterSize: UInt64
  var interpreterID: UInt64
  var interpreterNext: UInt64
  var threadsHead: UInt64
  var threadsMain: UInt64
  /// An `int` that is 1 when remote debugging is on.
  var remoteDebuggingEnabled: UInt64

  var threadSize: UInt64
  var threadNext: UInt64
  var threadInterpreter: UInt64
  /// `gettid()`, in the pid namespace of the target.
  var nativeThreadID: UInt64

  var evalBreaker: UInt64
  /// An `int` in the thread state: 1 asks for the script.
  var pending: UInt64
  /// In the thread state.
  var path: UInt64
  /// In bytes, with the zero byte at the end.
  var pathSize: UInt64

  /// Nil for a table without ``DebugOffsets/debuggerSupport``, which is 3.13's.
  init?(_ offsets: DebugOffsets) {
    guard let support = offsets.debuggerSupport,
      let threadsMain = offsets["interpreter_state.threads_main"]
    else { return nil }
    // Every layout with the two above has these as well; the parser has checked their values.
    func value(_ name: String) -> UInt64 { offsets[name] ?? 0 }
    runtimeSize = value("runtime_state.size")
    interpretersHead = value("runtime_state.interpreters_head")
    interpreterSize = value("interpreter_state.size")
    interpreterID = value("interpreter_state.id")
    interpreterNext = value("interpreter_state.next")
    threadsHead = value("interpreter_state.threads_head")
    self.threadsMain = threadsMain
    remoteDebuggingEnabled = support.remoteDebuggingEnabled
    threadSize = value("thread_state.size")
    threadNext = value("thread_state.next")
    threadInterpreter = value("thread_state.interp")
    nativeThreadID = value("thread_state.native_thread_id")
    evalBreaker = support.evalBreaker
    pending = support.remoteDebuggerSupport + support.pendingCall
    path = support.remoteDebuggerSupport + support.scriptPath
    pathSize = support.scriptPathSize
  }
}
