import Dispatch
import Synchronization
public import SystemPackage

/// Waits for the agent that knows the token, then reads what it sends on a thread of its own.
///
/// No other process can connect: the socket is in the caller's private directory, and a peer without
/// the token is turned away.
public final class AgentConnection: Sendable {
  private struct State {
    var listener: FileDescriptor?
    /// The peer, from when it has connected on; it is the agent once it has said the token.
    var socket: FileDescriptor?
    var isIdentified = false
    var isClosed = false
  }

  private let state: Mutex<State>
  /// Held while a command is written, which may block until ``close()``. The socket is not closed
  /// meanwhile.
  private let writing = Mutex(())
  private let path: FilePath
  let events: AsyncThrowingStream<AgentEvent, any Error>

  /// Starts to listen.
  ///
  /// - Parameters:
  ///   - path: where the socket is made; its folder must be the caller's alone.
  ///   - token: what the agent must say first.
  public init(path: FilePath, token: String) throws(SessionError) {
    let listener = try UnixSocket.listen(at: path)
    self.path = path
    state = Mutex(State(listener: listener))
    let (events, continuation) = AsyncThrowingStream<AgentEvent, any Error>.makeStream()
    self.events = events
    DispatchQueue(label: "matrix.agent-connection").async { [self] in
      do throws(SessionError) {
        try self.serve(listener, token: token) { continuation.yield($0) }
      } catch {
        continuation.finish(throwing: error)
      }
      self.close()
      self.release()
    }
  }

  func send(_ command: AgentCommand) throws(SessionError) {
    try writing.withLock { _ throws(SessionError) in
      let socket = state.withLock { $0.isIdentified && !$0.isClosed ? $0.socket : nil }
      guard let socket else { throw .closed }
      try UnixSocket.send(command.encoded, to: socket)
    }
  }

  /// Ends the connection, and with it every wait for an event. The socket's file is removed.
  public func close() {
    state.withLock { state in
      if state.isClosed { return }
      state.isClosed = true
      // The reading thread still uses them: it closes what is only shut down here.
      if let listener = state.listener { UnixSocket.shutDown(listener) }
      if let socket = state.socket { UnixSocket.shutDown(socket) }
      UnixSocket.remove(path)
    }
  }

  private func release() {
    writing.withLock { _ in
      state.withLock { state in
        try? state.listener?.close()
        try? state.socket?.close()
        state.listener = nil
        state.socket = nil
      }
    }
  }

  /// - Returns: whether the connection is still open.
  private func admit(_ socket: FileDescriptor?, isIdentified: Bool) -> Bool {
    state.withLock { state in
      state.socket = socket
      state.isIdentified = isIdentified
      return !state.isClosed
    }
  }

  private func serve(
    _ listener: FileDescriptor, token: String, yield: (AgentEvent) -> Void
  ) throws(SessionError) {
    while true {
      let socket = try UnixSocket.accept(listener)
      // From here on ``close()`` ends what reads from it, also from a peer that says nothing.
      guard admit(socket, isIdentified: false) else { throw .closed }
      let reader = WireReader(socket: socket)
      guard (try? reader.text()) == token, let status = try? reader.integer() else {
        let isOpen = admit(nil, isIdentified: false)
        try? socket.close()
        guard isOpen else { throw .closed }
        continue
      }
      guard status == 0 else { throw .agentRefused(status) }
      guard admit(socket, isIdentified: true) else { throw .closed }
      while true { yield(try AgentEvent.read(from: reader)) }
    }
  }
}
