import Glibc
import SystemPackage
import Testing

@testable import DebugSession

@Suite("The agent's connection")
struct ConnectionTests {
  /// A connected peer in place of the agent.
  private func connect(to path: FilePath) throws -> FileDescriptor {
    let peer = try UnixSocket.connect(to: path)
    return peer
  }

  private func withSocketPath(_ body: (FilePath) async throws -> Void) async throws {
    var template = Array("/tmp/connection-XXXXXX".utf8CString)
    try #require(mkdtemp(&template) != nil)
    let folder = FilePath(platformString: template)
    defer { _ = folder.withPlatformString { rmdir($0) } }
    try await body(folder.appending("s"))
  }

  private func hello(_ token: String) -> [UInt8] {
    var writer = WireWriter()
    writer.write(token)
    writer.write(0)
    return [UInt8(ascii: "U")] + writer.bytes
  }

  @Test("a peer without the token is turned away, and the one with it gets in")
  func tokenIsNeeded() async throws {
    try await withSocketPath { path in
      let connection = try AgentConnection(path: path, token: "right")
      let stranger = try connect(to: path)
      try UnixSocket.send(hello("wrong"), to: stranger)
      var byte: [UInt8] = [0]
      let count = try byte.withUnsafeMutableBytes { try stranger.read(into: $0) }
      #expect(count == 0)
      try stranger.close()

      let agent = try connect(to: path)
      try UnixSocket.send(hello("right") + Array("LAST".utf8), to: agent)
      let session = AgentSession(connection)
      #expect(try await session.nextEvent() == .ended)
      try agent.close()
      session.close()
    }
  }

  /// Writes what the agent says, where strings have a prefix.
  private func said(_ code: String, _ fields: Any...) -> [UInt8] {
    var writer = WireWriter()
    writer.start(code)
    var bytes = writer.bytes
    for field in fields {
      var one = WireWriter()
      if let text = field as? String {
        one.write(text)
        bytes.append(UInt8(ascii: "U"))
      } else if let number = field as? Int {
        one.write(number)
      }
      bytes += one.bytes
    }
    return bytes
  }

  @Test("a session asks for stops without values, and for more frames where a stack is deep")
  func lazyStops() async throws {
    try await withSocketPath { path in
      let connection = try AgentConnection(path: path, token: "right")
      let agent = try connect(to: path)
      let words =
        said("THRF", 5, "MainThread", 0) + said("LOAD", 5) + said("MTRX", 1, "1.0", "trace", "lazy")
        + said("FRMS", 0, 5, "MainThread", 0, 3, 1, 1, 9, 3, "inner", "/a.py", 0, 1)
        + said("STPD", 5)
        + said("FRMS", 1, 5, "MainThread", 1, 3, 2, 1, 9, 4, "outer", "/a.py", 0, 1)
        + said("", 1, 9, 5, "<module>", "/a.py", 0, 1)
      try UnixSocket.send(hello("right") + words, to: agent)
      let session = AgentSession(connection)
      #expect(try await session.waitForEntry().reason == .entry)
      guard case .stopped(let stop) = try await session.nextEvent() else {
        Issue.record("no stop")
        return
      }
      #expect(stop.frames.map(\.function) == ["inner"])
      let frames = try await session.frames(of: 5)
      #expect(frames.map(\.function) == ["inner", "outer", "<module>"])
      #expect(frames.map(\.line) == [3, 4, 5])

      let expected =
        AgentCommand.ignoreExceptions.encoded
        + AgentCommand.negotiate(version: 1, features: ["handlers", "lazy"]).encoded
        + AgentCommand.frameHeads(request: 1, thread: 5, start: 1, count: 3).encoded
      var heard = [UInt8](repeating: 0, count: expected.count)
      var filled = 0
      while filled < heard.count {
        let count = try heard.withUnsafeMutableBytes {
          try agent.read(into: UnsafeMutableRawBufferPointer(rebasing: $0[filled...]))
        }
        guard count > 0 else { break }
        filled += count
      }
      #expect(heard == expected)
      try agent.close()
      session.close()
    }
  }

  @Test("closing ends a wait for a peer that never comes, and removes the socket")
  func closingEndsTheWait() async throws {
    try await withSocketPath { path in
      let connection = try AgentConnection(path: path, token: "any")
      let session = AgentSession(connection)
      connection.close()
      await #expect(throws: SessionError.closed) { try await session.nextEvent() }
      #expect(path.withPlatformString { access($0, F_OK) } != 0)
    }
  }

  @Test("a path that is too long for a socket is refused in words")
  func longPath() {
    let path = FilePath("/tmp/" + String(repeating: "x", count: 200))
    let error = #expect(throws: SessionError.self) {
      try AgentConnection(path: path, token: "any")
    }
    #expect(error?.description.contains("TMPDIR") == true)
  }
}

extension UnixSocket {
  fileprivate static func connect(to path: FilePath) throws -> FileDescriptor {
    let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    try #require(descriptor >= 0)
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.string.utf8) }
    let result = withUnsafePointer(to: address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    try #require(result == 0)
    return FileDescriptor(rawValue: descriptor)
  }
}
