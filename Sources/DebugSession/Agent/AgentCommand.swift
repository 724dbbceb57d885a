/// What the agent is told, as it is on the wire. See `docs/wire-protocol.md`.
enum AgentCommand: Hashable, Sendable {
  case stepInto(thread: Int)
  case stepOver(thread: Int)
  case stepOut(thread: Int)
  case clearStepping(thread: Int)
  case setBreakpoint(id: Int, Breakpoint)
  case removeBreakpoint(id: Int, line: Int)
  case hitCount(request: Int, id: Int)
  case breakAll
  case resumeAll
  case execute(text: String, thread: Int, frame: Int, id: Int)
  case threadFrames(thread: Int)
  case frameHeads(request: Int, thread: Int, start: Int, count: Int)
  case children(expression: String, thread: Int, frame: Int, id: Int)
  /// No stops at exceptions at all.
  case ignoreExceptions
  case noHandlers(file: String)
  case detach
  case lastAcknowledged
  /// Asks for additions to the classic protocol, by name.
  case negotiate(version: Int, features: [String])
}

extension AgentCommand {
  /// An ordinary Python frame, as opposed to a template's.
  private static let pythonFrame = 1

  var encoded: [UInt8] {
    var writer = WireWriter()
    switch self {
    case .stepInto(let thread): writer.start("stpi", thread)
    case .stepOver(let thread): writer.start("stpv", thread)
    case .stepOut(let thread): writer.start("stpo", thread)
    case .clearStepping(let thread): writer.start("clst", thread)
    case .setBreakpoint(let id, let breakpoint):
      writer.start("brkp", id, breakpoint.line)
      writer.write(breakpoint.file)
      writer.write(breakpoint.condition.wire.kind)
      writer.write(breakpoint.condition.wire.text)
      writer.write(breakpoint.passCount.wire.kind)
      writer.write(breakpoint.passCount.wire.count)
    case .removeBreakpoint(let id, let line): writer.start("brkr", line, id)
    case .hitCount(let request, let id): writer.start("bkgh", request, id)
    case .breakAll: writer.start("brka")
    case .resumeAll: writer.start("resa")
    case .execute(let text, let thread, let frame, let id):
      writer.start("exec")
      writer.write(text)
      writer.write(fields: [thread, frame, id, Self.pythonFrame, 0])
    case .threadFrames(let thread): writer.start("thrf", thread)
    case .frameHeads(let request, let thread, let start, let count):
      writer.start("frms", request, thread, start, count)
    case .children(let expression, let thread, let frame, let id):
      writer.start("chld")
      writer.write(expression)
      writer.write(fields: [thread, frame, id, Self.pythonFrame])
    case .ignoreExceptions: writer.start("sexi", 0, 0)
    case .noHandlers(let file):
      writer.start("sehi")
      writer.write(file)
      writer.write(0)
    case .detach: writer.start("detc")
    case .lastAcknowledged: writer.start("lack")
    case .negotiate(let version, let features):
      writer.start("mtrx", version)
      writer.write(features.joined(separator: ","))
    }
    return writer.bytes
  }
}

extension Breakpoint.Condition {
  fileprivate var wire: (kind: Int, text: String) {
    switch self {
    case .always: (0, "")
    case .whenTrue(let text): (1, text)
    case .whenChanged(let text): (2, text)
    }
  }
}

extension Breakpoint.PassCount {
  fileprivate var wire: (kind: Int, count: Int) {
    switch self {
    case .always: (0, 0)
    case .every(let count): (1, count)
    case .equal(let count): (2, count)
    case .atLeast(let count): (3, count)
    }
  }
}

/// Collects the primitives of the wire in the direction to the agent, where strings have no prefix.
struct WireWriter {
  private(set) var bytes: [UInt8] = []

  /// Eight bytes, big-endian.
  mutating func write(_ integer: Int) {
    withUnsafeBytes(of: Int64(integer).bigEndian) { bytes += $0 }
  }

  mutating func write(_ text: String) {
    write(text.utf8.count)
    bytes += Array(text.utf8)
  }

  mutating func write(fields: [Int]) {
    for field in fields { write(field) }
  }

  mutating func start(_ code: String, _ fields: Int...) {
    bytes += Array(code.utf8)
    write(fields: fields)
  }
}
