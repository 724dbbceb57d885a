/// What the agent sends, as it is on the wire. Fields are in the order of the wire; see
/// `docs/wire-protocol.md`.
enum AgentEvent: Hashable, Sendable {
  case threadStarted(thread: Int)
  case threadEnded(thread: Int)
  case moduleLoaded(id: Int, file: String)
  case entryStop(thread: Int)
  case stepDone(thread: Int)
  case asyncBreak(thread: Int)
  case breakpointBound(id: Int)
  case breakpointPending(id: Int)
  case breakpointHit(id: Int, thread: Int)
  case hitCount(request: Int, count: Int)
  case exception(type: String, thread: Int, message: String)
  /// Frames and their variables.
  case frames(thread: Int, [Frame], variables: [[Variable]])
  /// Frames from number `start` on, of `total` in all. Those of a stop have request 0.
  case frameHeads(request: Int, thread: Int, start: Int, total: Int, [Frame])
  case threadStands(thread: Int)
  case failure(request: Int, message: String)
  case executionResult(id: Int, Value)
  case executionError(id: Int, message: String)
  case children(id: Int, [Child])
  case output(thread: Int, text: String)
  case handlersRequested(file: String)
  case lineSet(success: Bool, thread: Int, line: Int)
  case detached
  case last
  /// What is granted of ``AgentCommand/negotiate(version:features:)``.
  case negotiated(AgentDescription, features: [String])
}

extension AgentEvent {
  /// Reads one event. Blocks.
  static func read(from reader: WireReader) throws(SessionError) -> AgentEvent {
    switch try reader.code() {
    case "NEWT": .threadStarted(thread: try reader.integer())
    case "EXTT": .threadEnded(thread: try reader.integer())
    case "MODL": .moduleLoaded(id: try reader.integer(), file: try reader.text())
    case "LOAD": .entryStop(thread: try reader.integer())
    case "STPD": .stepDone(thread: try reader.integer())
    case "ASBR": .asyncBreak(thread: try reader.integer())
    case "BRKS": .breakpointBound(id: try reader.integer())
    case "BRKF": .breakpointPending(id: try reader.integer())
    case "BRKH": .breakpointHit(id: try reader.integer(), thread: try reader.integer())
    case "BKHC": .hitCount(request: try reader.integer(), count: try reader.integer())
    case "EXCP": try exception(reader)
    case "THRF": try frames(reader)
    case "FRMS": try frameHeads(reader)
    case "STND": .threadStands(thread: try reader.integer())
    case "FAIL": .failure(request: try reader.integer(), message: try reader.text())
    case "EXCR": .executionResult(id: try reader.integer(), try value(reader))
    case "EXCE": .executionError(id: try reader.integer(), message: try reader.text())
    case "CHLD": try children(reader)
    case "OUTP": .output(thread: try reader.integer(), text: try reader.text())
    case "REQH": .handlersRequested(file: try reader.text())
    case "SETL":
      .lineSet(
        success: try reader.integer() == 1, thread: try reader.integer(),
        line: try reader.integer())
    case "DETC": .detached
    case "LAST": .last
    case "MTRX": try negotiated(reader)
    case let code: throw .protocolViolation("unknown event '\(code)'")
    }
  }

  private static func negotiated(_ reader: WireReader) throws(SessionError) -> AgentEvent {
    let description = AgentDescription(
      protocolVersion: try reader.integer(), version: try reader.text(),
      executionControl: try reader.text())
    let features = try reader.text().split(separator: ",").map(String.init)
    return .negotiated(description, features: features)
  }

  private static func exception(_ reader: WireReader) throws(SessionError) -> AgentEvent {
    let type = try reader.text()
    let thread = try reader.integer()
    _ = try reader.integer()
    return .exception(type: type, thread: thread, message: try reader.text())
  }

  private static func frames(_ reader: WireReader) throws(SessionError) -> AgentEvent {
    let thread = try reader.integer()
    _ = try reader.string()
    var frames: [Frame] = []
    var variables: [[Variable]] = []
    for _ in 0..<(try reader.count()) {
      frames.append(try frame(reader))
      // Kind 2, a template frame, has a source file and line of its own.
      if try reader.integer() == 2 {
        _ = try reader.string()
        _ = try reader.integer()
      }
      var own: [Variable] = []
      for _ in 0..<(try reader.count()) {
        own.append(Variable(name: try reader.text(), value: try value(reader)))
      }
      variables.append(own)
    }
    return .frames(thread: thread, frames, variables: variables)
  }

  private static func frameHeads(_ reader: WireReader) throws(SessionError) -> AgentEvent {
    let request = try reader.integer()
    let thread = try reader.integer()
    _ = try reader.string()
    let start = try reader.integer()
    let total = try reader.integer()
    var frames: [Frame] = []
    for _ in 0..<(try reader.count()) {
      frames.append(try frame(reader))
      _ = try reader.integer()
    }
    return .frameHeads(request: request, thread: thread, start: start, total: total, frames)
  }

  /// What frames and frame heads begin with.
  private static func frame(_ reader: WireReader) throws(SessionError) -> Frame {
    var frame = Frame(
      function: "", file: "", line: 0, firstLine: try reader.integer(),
      lastLine: try reader.integer(), argumentCount: 0)
    frame.line = try reader.integer()
    frame.function = try reader.text()
    frame.file = try reader.text()
    frame.argumentCount = try reader.integer()
    return frame
  }

  private static func children(_ reader: WireReader) throws(SessionError) -> AgentEvent {
    let id = try reader.integer()
    var children: [Child] = []
    for _ in 0..<(try reader.count()) {
      children.append(
        Child(
          name: try reader.text(), expression: try reader.string(), value: try value(reader)))
    }
    return .children(id: id, children)
  }

  private static func value(_ reader: WireReader) throws(SessionError) -> Value {
    let repr = try reader.string()
    let hex = try reader.string()
    let type = try reader.text()
    let length = try reader.integer()
    return Value(
      repr: repr, hex: hex, type: type, length: length,
      isExpandable: try reader.integer() & 1 != 0)
  }
}

/// The agent's answer to a request for its features.
public struct AgentDescription: Hashable, Sendable {
  /// The version of the additions to the classic protocol.
  public var protocolVersion: Int
  public var version: String
  /// `trace` or `monitoring`.
  public var executionControl: String
}
