import SystemPackage
import Testing

@testable import DebugSession

@Suite("The agent's wire")
struct WireTests {
  private func int(_ value: Int64) -> [UInt8] { withUnsafeBytes(of: value.bigEndian) { Array($0) } }
  private func ascii(_ text: String) -> [UInt8] { Array(text.utf8) }
  private func prefixed(_ text: String) -> [UInt8] {
    ascii("U") + int(Int64(text.utf8.count)) + ascii(text)
  }

  /// Reads events from bytes that arrive all at once and then end.
  private func events(_ bytes: [UInt8], count: Int = 1) throws -> [AgentEvent] {
    let pipe = try FileDescriptor.pipe()
    defer { try? pipe.readEnd.close() }
    try pipe.writeEnd.closeAfter { _ = try pipe.writeEnd.writeAll(bytes) }
    let reader = WireReader(socket: pipe.readEnd)
    return try (0..<count).map { _ in try AgentEvent.read(from: reader) }
  }

  // MARK: To the agent

  @Test("commands without fields are their four letters")
  func commandsWithoutFields() {
    #expect(AgentCommand.resumeAll.encoded == ascii("resa"))
    #expect(AgentCommand.breakAll.encoded == ascii("brka"))
    #expect(AgentCommand.detach.encoded == ascii("detc"))
    #expect(AgentCommand.lastAcknowledged.encoded == ascii("lack"))
  }

  @Test("a breakpoint is id, line, file, condition and pass count, with unprefixed strings")
  func breakpointFields() {
    let breakpoint = Breakpoint(
      file: "/a.py", line: 7, condition: .whenTrue("é"), passCount: .atLeast(3))
    let expected =
      ascii("brkp") + int(2) + int(7) + int(5) + ascii("/a.py") + int(1) + int(2)
      + ascii("é") + int(3) + int(3)
    #expect(AgentCommand.setBreakpoint(id: 2, breakpoint).encoded == expected)
  }

  @Test("removing a breakpoint names its line first")
  func removalFields() {
    #expect(
      AgentCommand.removeBreakpoint(id: 2, line: 7).encoded == ascii("brkr") + int(7) + int(2))
  }

  @Test("an evaluation is text, thread, frame, id, frame kind and repr kind")
  func executionFields() {
    let expected =
      ascii("exec") + int(1) + ascii("x") + int(9) + int(0) + int(4) + int(1) + int(0)
    #expect(AgentCommand.execute(text: "x", thread: 9, frame: 0, id: 4).encoded == expected)
  }

  // MARK: From the agent

  @Test("integers are eight bytes, signed and big-endian")
  func integers() throws {
    #expect(try events(ascii("STPD") + int(-2)) == [.stepDone(thread: -2)])
    #expect(
      try events(ascii("NEWT") + [0, 0, 0, 0, 0, 0, 1, 2]) == [.threadStarted(thread: 258)])
  }

  @Test("strings are UTF-8 behind U, Latin-1 behind A and null behind N")
  func strings() throws {
    let latin = ascii("EXCE") + int(1) + ascii("A") + int(2) + [0xE9, 0x41]
    #expect(try events(latin) == [.executionError(id: 1, message: "éA")])
    let unicode = ascii("EXCE") + int(1) + prefixed("é☃")
    #expect(try events(unicode) == [.executionError(id: 1, message: "é☃")])
    #expect(throws: SessionError.protocolViolation("null where a text is due")) {
      try events(ascii("EXCE") + int(1) + ascii("N"))
    }
  }

  @Test("a frame has its lines, names, argument count, kind and variables")
  func frames() throws {
    let value = prefixed("[1]") + ascii("N") + prefixed("list") + int(1) + int(1)
    let bytes =
      ascii("THRF") + int(5) + ascii("N") + int(1) + int(1) + int(9) + int(3) + prefixed("f")
      + prefixed("/a.py") + int(1) + int(1) + int(1) + prefixed("x") + value
    let list = Value(repr: "[1]", hex: nil, type: "list", length: 1, isExpandable: true)
    let frame = Frame(
      function: "f", file: "/a.py", line: 3, firstLine: 1, lastLine: 9, argumentCount: 1)
    #expect(
      try events(bytes)
        == [.frames(thread: 5, [frame], variables: [[Variable(name: "x", value: list)]])])
  }

  @Test("a frame head has no variables, and says of how many frames it is one")
  func frameHeads() throws {
    let bytes =
      ascii("FRMS") + int(7) + int(5) + ascii("N") + int(20) + int(31) + int(1) + int(1) + int(9)
      + int(3) + prefixed("f") + prefixed("<string>") + int(1) + int(1)
    let frame = Frame(
      function: "f", file: "<string>", line: 3, firstLine: 1, lastLine: 9, argumentCount: 1)
    #expect(
      try events(bytes + ascii("STND") + int(5) + ascii("FAIL") + int(7) + prefixed("no"), count: 3)
        == [
          .frameHeads(request: 7, thread: 5, start: 20, total: 31, [frame]),
          .threadStands(thread: 5), .failure(request: 7, message: "no"),
        ])
  }

  @Test("several events in one piece are read one after the other")
  func severalEvents() throws {
    let bytes = ascii("BRKS") + int(1) + ascii("BRKH") + int(1) + int(2) + ascii("LAST")
    #expect(
      try events(bytes, count: 3)
        == [.breakpointBound(id: 1), .breakpointHit(id: 1, thread: 2), .last])
  }

  @Test("the end of the stream within an event is an ended connection")
  func truncation() {
    #expect(throws: SessionError.closed) { try events(ascii("STPD") + [0, 0]) }
  }

  @Test("bytes that the protocol does not have are refused by name")
  func unknownEvent() {
    #expect(throws: SessionError.protocolViolation("unknown event 'WHAT'")) {
      try events(ascii("WHAT"))
    }
  }

  @Test("a count that cannot be meant is refused before anything is kept for it")
  func absurdCount() {
    #expect(throws: SessionError.protocolViolation("a count of -1")) {
      try events(ascii("CHLD") + int(1) + int(-1))
    }
    #expect(throws: SessionError.self) { try events(ascii("CHLD") + int(1) + int(.max)) }
  }
}
