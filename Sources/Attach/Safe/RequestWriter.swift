import CPython
import PythonRuntime
import TargetProcess

/// Writes a request for a script into a thread state, so that every step is verified and a failure
/// leaves nothing that the target would act on.
///
/// The order is CPython's: path, pending, breaker. The target looks at the path only once pending is
/// 1, and may take the request from then on, before the breaker is written: it looks at every event.
struct RequestWriter: Sendable {
  let reader: StateReader
  let support: DebuggerSupport
  let thread: FoundThread
  let bits: EvalBreakerBits
  /// Whether nothing in the target can run meanwhile.
  let isStopped: Bool
  /// Whether a path belongs to a `matrix` that was killed: its request may be replaced.
  var isAbandoned: @Sendable ([UInt8]) -> Bool = { _ in false }

  private var request: ScriptRequest {
    ScriptRequest(memory: reader.memory, support: support, thread: thread.address)
  }

  /// Asks for the script at this path.
  func write(_ path: [UInt8]) throws(WriteFailure) -> WriteReport {
    var run = Run(request: request)
    do throws(WriteFailure.Cause) {
      try run.step(.check) { (run) throws(WriteFailure.Cause) in
        try checkPath(path)
        try recheck(path, &run)
      }
      try run.step(.path) { (run) throws(WriteFailure.Cause) in try writePath(path, &run) }
      try run.step(.pending) { (run) throws(WriteFailure.Cause) in try writePending(path, &run) }
      try run.step(.breaker) { (run) throws(WriteFailure.Cause) in try writeBreaker(&run) }
      // Another debugger that looked when we did, and wrote after us, has our place now.
      if !run.report.isTaken, run.look.path != path + [0] {
        throw .overwritten(path: try currentPath())
      }
      return run.report
    } catch {
      throw run.failure(error)
    }
  }

  private func checkPath(_ path: [UInt8]) throws(WriteFailure.Cause) {
    guard !path.isEmpty, !path.contains(0) else { throw .pathUnusable }
    let limit = Int(clamping: support.scriptPathSize) - 1
    guard path.count <= limit else { throw .pathTooLong(count: path.count, limit: limit) }
  }

  private func recheck(_ path: [UInt8], _ run: inout Run) throws(WriteFailure.Cause) {
    let interpreter: StateReader.Interpreter
    do throws(ThreadSearchError) {
      let (state, rest): (StateReader.Thread, ArraySlice<UInt8>)
      (interpreter, state, rest) = try reader.states(
        interpreter: thread.interpreter, thread: thread.address,
        request.ranges(pathCount: path.count + 1))
      run.look = ScriptRequest.Look(rest)
      guard interpreter.id == 0, state.interpreter == thread.interpreter else {
        throw .foreignThread(
          address: thread.address, interpreter: thread.interpreter, says: state.interpreter)
      }
      guard state.nativeID == thread.nativeID else { throw .mainThreadGone }
    } catch {
      throw .changed(error)
    }
    switch interpreter.remoteDebuggingEnabled ?? 0 {
    case 1: break
    case 0: throw .switchedOff
    case let other: throw .switchDamaged(other)
    }
    run.oldPath = run.look.path
    switch run.look.pending {
    case 0: break
    case 1:
      guard isAbandoned(try request.path()) else { throw .otherRequest(path: try currentPath()) }
      try request.setPending(0)
    case let other: throw .pendingDamaged(other)
    }
  }

  private func writePath(_ path: [UInt8], _ run: inout Run) throws(WriteFailure.Cause) {
    let bytes = path + [0]
    run.hasWritten = true
    try request.writePath(bytes)
    run.look = try request.look(pathCount: bytes.count)
    guard run.look.path == bytes else {
      throw isStopped ? .notVerified : .overwritten(path: try currentPath())
    }
    run.report.verified.insert(.path)
  }

  private func writePending(_ path: [UInt8], _ run: inout Run) throws(WriteFailure.Cause) {
    // Another attacher has written its request since the check.
    guard run.look.pending == 0 else {
      run.isForeign = true
      throw .otherRequest(path: try currentPath())
    }
    run.hasAsked = true
    try request.setPending(1)
    run.look = try request.look(pathCount: path.count + 1)
    switch run.look.pending {
    case 1: run.report.verified.insert(.pending)
    case 0 where !isStopped:
      // Some other event let the thread look already.
      run.report.isTaken = true
      run.report.verified.insert(.pending)
    default: throw .notVerified
    }
  }

  private func writeBreaker(_ run: inout Run) throws(WriteFailure.Cause) {
    // The thread clears the bit when it begins to look, and takes the request when it ends: between
    // the two, one look of ours says nothing.
    for _ in 0..<4 {
      let before = run.look.breaker
      let byte = before | bits.stop | (isStopped ? 0 : bits.hints)
      run.report.breakerBefore = run.report.breakerBefore ?? before
      run.report.breakerWritten = byte
      if run.report.isTaken { break }
      try request.setBreaker(byte)
      run.look = try request.look(pathCount: run.look.path.count)
      if run.look.breaker & bits.stop != 0 {
        run.report.verified.insert(.breaker)
        return
      }
      run.report.isTaken = !isStopped && run.look.pending == 0
    }
    guard run.report.isTaken else { throw .notVerified }
    run.report.verified.insert(.breaker)
  }

  private func currentPath() throws(WriteFailure.Cause) -> String {
    String(decoding: try request.path(), as: UTF8.self)
  }
}

extension RequestWriter {
  /// What became of a request that is to be taken back.
  enum Cancellation: String, Hashable, Sendable {
    case cancelled
    /// The target had taken it.
    case taken
    /// Another debugger's request is there.
    case foreign
  }

  /// Takes back a request that the target has not taken.
  func cancel(_ path: [UInt8]) throws(WriteFailure.Cause) -> Cancellation {
    let look = try request.look(pathCount: path.count + 1)
    guard look.pending == 1 else { return .taken }
    guard look.path == path + [0] else { return .foreign }
    try request.setPending(0)
    return .cancelled
  }

  /// Whether the request is still there, and ours.
  func isPending(_ path: [UInt8]) throws(WriteFailure.Cause) -> Bool {
    let look = try request.look(pathCount: path.count + 1)
    return look.pending == 1 && look.path == path + [0]
  }

  func look(_ path: [UInt8]) throws(WriteFailure.Cause) -> ScriptRequest.Look {
    try request.look(pathCount: path.count + 1)
  }

  /// The path that is in the buffer now, which tells what the target has taken.
  func path() throws(WriteFailure.Cause) -> [UInt8] { try request.path() }
}

/// A write that is under way.
private struct Run {
  let request: ScriptRequest
  var report = WriteReport()
  var oldPath: [UInt8] = []
  /// What was there at the last look.
  var look = ScriptRequest.Look([0, 0, 0, 0, 0])
  var hasWritten = false
  var hasAsked = false
  /// Whether the buffer is another debugger's now, and not ours to put back.
  var isForeign = false

  init(request: ScriptRequest) { self.request = request }

  mutating func step(
    _ step: WriteReport.Step, _ work: (inout Run) throws(WriteFailure.Cause) -> Void
  ) throws(WriteFailure.Cause) {
    let begin = ContinuousClock.now
    report.times[step] = .zero
    defer { report.times[step] = begin.duration(to: .now) }
    try work(&self)
    if step == .check { report.verified.insert(.check) }
  }

  /// Puts back what was written, pending first, and says how far that went.
  func failure(_ cause: WriteFailure.Cause) -> WriteFailure {
    WriteFailure(
      step: report.lastStep ?? .check, cause: cause, remains: undo(cause), report: report)
  }

  private func undo(_ cause: WriteFailure.Cause) -> WriteFailure.Remains {
    guard hasWritten else { return .nothing }
    // The place is another debugger's; ours is gone already.
    if case .overwritten = cause { return .undone }
    do throws(WriteFailure.Cause) {
      if hasAsked, try request.pending() != 0 {
        try request.setPending(0)
        guard try request.pending() == 0 else { return .unknown }
      }
      // A request that was never asked for is harmless whatever the buffer says, and the buffer of a
      // request that was taken meanwhile is not read any more.
      if !isForeign { try request.writePath(oldPath) }
      return .undone
    } catch {
      // The target reads the buffer only while the pending flag is set.
      guard hasAsked else { return .undone }
      return (try? request.pending()) == 0 ? .undone : .unknown
    }
  }
}
