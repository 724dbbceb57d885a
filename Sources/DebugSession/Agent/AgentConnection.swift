import Dispatch
import Synchronization
public import SystemPackage

/// Waits for the agent that knows the token, then reads what it sends on a thread of its own.
///
/// Nobody else can connect: the socket stands in the caller's private folder, and a peer without
/// the token is turned away.
public final class AgentConnection: Sendable {
  private struct State {
    var listener: FileDescriptor?
    var socket: FileDescriptor?
    var isClosed = false
  }

  private let state: Mutex<State>
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
    try state.withLock { state throws(SessionError) in
      guard let socket = state.socket, !state.isClosed else { throw .closed }
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
    state.withLock { state in
      try? state.listener?.close()
      try? state.socket?.close()
      state.listener = nil
      state.socket = nil
    }
  }

  private func serve(
    _ listener: FileDescriptor, token: String, yield: (AgentEvent) -> Void
  ) throws(SessionError) {
    while true {
      let socket = try UnixSocket.accept(listener)
      let reader = WireReader(socket: socket)
      guard (try? reader.text()) == token, let status = try? reader.integer() else {
        try? socket.close()
        continue
      }
      guard status == 0 else {
        try? socket.close()
        throw .agentRefused(status)
      }
      let isOpen = state.withLock { state in
        state.socket = socket
        return !state.isClosed
      }
      while isOpen { yield(try AgentEvent.read(from: reader)) }
      throw .closed
    }
  }
}
