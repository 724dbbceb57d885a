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
    // Every layout with what attaching needs has the rest as well; the parser has checked the values.
    guard let at = Positions.of(offsets.layout) else { return nil }
    func value(_ position: Int) -> UInt64 { offsets[position: position] ?? 0 }
    runtimeSize = value(at.runtimeSize)
    interpretersHead = value(at.interpretersHead)
    interpreterSize = value(at.interpreterSize)
    interpreterID = value(at.interpreterID)
    interpreterNext = value(at.interpreterNext)
    threadsHead = value(at.threadsHead)
    threadsMain = value(at.threadsMain)
    remoteDebuggingEnabled = value(at.remoteDebuggingEnabled)
    threadSize = value(at.threadSize)
    threadNext = value(at.threadNext)
    threadInterpreter = value(at.threadInterpreter)
    nativeThreadID = value(at.nativeThreadID)
    evalBreaker = value(at.evalBreaker)
    let support = value(at.support)
    pending = support + value(at.pending)
    path = support + value(at.path)
    pathSize = value(at.pathSize)
  }
}

extension StateOffsets {
  /// Where in a table these are, looked up once for each layout.
  private struct Positions {
    let runtimeSize, interpretersHead: Int
    let interpreterSize, interpreterID, interpreterNext, threadsHead, threadsMain: Int
    let remoteDebuggingEnabled: Int
    let threadSize, threadNext, threadInterpreter, nativeThreadID: Int
    let evalBreaker, support, pending, path, pathSize: Int

    private static let known: [(series: PythonSeries, positions: Positions)] =
      DebugOffsetsLayout.known.compactMap { layout in
        Positions(layout).map { (layout.series, $0) }
      }

    static func of(_ layout: DebugOffsetsLayout) -> Positions? {
      known.first { $0.series == layout.series }?.positions
    }

    /// Nil for a layout without ``DebugOffsets/debuggerSupport``.
    private init?(_ layout: DebugOffsetsLayout) {
      let names = [
        "runtime_state.size", "runtime_state.interpreters_head", "interpreter_state.size",
        "interpreter_state.id", "interpreter_state.next", "interpreter_state.threads_head",
        "interpreter_state.threads_main", "debugger_support.remote_debugging_enabled",
        "thread_state.size", "thread_state.next", "thread_state.interp",
        "thread_state.native_thread_id", "debugger_support.eval_breaker",
        "debugger_support.remote_debugger_support", "debugger_support.debugger_pending_call",
        "debugger_support.debugger_script_path", "debugger_support.debugger_script_path_size",
      ]
      let found = names.compactMap(layout.position(of:))
      guard found.count == names.count else { return nil }
      runtimeSize = found[0]
      interpretersHead = found[1]
      interpreterSize = found[2]
      interpreterID = found[3]
      interpreterNext = found[4]
      threadsHead = found[5]
      threadsMain = found[6]
      remoteDebuggingEnabled = found[7]
      threadSize = found[8]
      threadNext = found[9]
      threadInterpreter = found[10]
      nativeThreadID = found[11]
      evalBreaker = found[12]
      support = found[13]
      pending = found[14]
      path = found[15]
      pathSize = found[16]
    }
  }
}
