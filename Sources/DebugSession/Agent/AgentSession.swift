/// Speaks the classic wire protocol with the agent.
///
/// One command at a time: it sends, then reads events until the answer is among them. Stops that
/// arrive meanwhile wait for ``nextEvent()``.
public final class AgentSession: DebuggerSession {
  private let connection: AgentConnection
  private var events: AsyncThrowingStream<AgentEvent, any Error>.Iterator
  /// The frames that came with a thread's last stop, and how many it has in all.
  private var frames: [Int: (known: [Frame], total: Int)] = [:]
  private var hasNegotiated = false
  private var breakpoints: [Int: Breakpoint] = [:]
  private var pendingEvents: [ProgramEvent] = []
  private var steppingThread: Int?
  private var nextID = 1

  /// - Parameter connection: closed by ``close()``.
  public init(_ connection: AgentConnection) {
    self.connection = connection
    events = connection.events.makeAsyncIterator()
  }

  public func close() { connection.close() }

  /// Waits until the agent is in the program and watches it, which only an agent that arrives in a
  /// program that runs needs time for.
  ///
  /// - Returns: what the agent says of itself.
  public func waitForAgent() async throws -> AgentDescription {
    // It announces a thread first of all; before that there may be no connection.
    try await answer { if case .threadStarted = $0 { true } else { nil } }
    return try await negotiate()
  }

  /// Stops are told without values, and who handles which exception is not asked.
  private func negotiate() async throws -> AgentDescription {
    hasNegotiated = true
    try connection.send(.negotiate(version: 1, features: ["handlers", "lazy"]))
    return try await answer { if case .negotiated(let agent, _) = $0 { agent } else { nil } }
  }

  // MARK: Going on

  public func waitForEntry() async throws -> Stop {
    while true {
      if case .stopped(let stop) = try await nextEvent(), stop.reason == .entry {
        try connection.send(.ignoreExceptions)
        if !hasNegotiated { _ = try await negotiate() }
        return stop
      }
    }
  }

  public func resume() async throws {
    // On the wire a step that a breakpoint interrupted goes on with the thread.
    if let thread = steppingThread { try connection.send(.clearStepping(thread: thread)) }
    steppingThread = nil
    try connection.send(.resumeAll)
  }

  public func pause() async throws { try connection.send(.breakAll) }

  public func step(_ step: Step, thread: Int) async throws {
    steppingThread = thread
    switch step {
    case .into: try connection.send(.stepInto(thread: thread))
    case .over: try connection.send(.stepOver(thread: thread))
    case .out: try connection.send(.stepOut(thread: thread))
    }
  }

  public func detach() async throws {
    try connection.send(.detach)
    try await answer { if case .detached = $0 { true } else { nil } }
    // The agent's last act is to close its end.
    do { while true { _ = try await read() } } catch SessionError.closed {}
    connection.close()
  }

  public func nextEvent() async throws -> ProgramEvent {
    if !pendingEvents.isEmpty { return pendingEvents.removeFirst() }
    while true {
      if let event = try apply(try await read()) { return event }
    }
  }

  // MARK: Breakpoints

  public func setBreakpoint(_ breakpoint: Breakpoint) async throws -> (id: Int, isBound: Bool) {
    let id = makeID()
    breakpoints[id] = breakpoint
    try connection.send(.setBreakpoint(id: id, breakpoint))
    let isBound = try await answer { event -> Bool? in
      switch event {
      case .breakpointBound(id): true
      case .breakpointPending(id): false
      default: nil
      }
    }
    return (id, isBound)
  }

  public func removeBreakpoint(_ id: Int) async throws {
    guard let breakpoint = breakpoints.removeValue(forKey: id) else { return }
    try connection.send(.removeBreakpoint(id: id, line: breakpoint.line))
  }

  public func hitCount(of id: Int) async throws -> Int {
    let request = makeID()
    try connection.send(.hitCount(request: request, id: id))
    return try await answer { if case .hitCount(request, let count) = $0 { count } else { nil } }
  }

  // MARK: Looking

  public func frames(of thread: Int) async throws -> [Frame] {
    guard let (known, total) = frames[thread] else { return [] }
    guard known.count < total else { return known }
    let request = makeID()
    try connection.send(
      .frameHeads(request: request, thread: thread, start: known.count, count: total))
    let rest = try await answer { event -> [Frame]? in
      switch event {
      case .frameHeads(request, _, _, _, let rest): rest
      case .failure(request, _): []
      default: nil
      }
    }
    return known + rest
  }

  public func variables(of thread: Int, frame: Int) async throws -> [Variable] {
    try connection.send(.threadFrames(thread: thread))
    let variables = try await answer {
      if case .frames(thread, _, let variables) = $0 { variables } else { nil }
    }
    return variables.indices.contains(frame) ? variables[frame] : []
  }

  public func evaluate(_ text: String, thread: Int, frame: Int) async throws -> Evaluation {
    let id = makeID()
    try connection.send(.execute(text: text, thread: thread, frame: frame, id: id))
    return try await answer { event -> Evaluation? in
      switch event {
      case .executionResult(id, let value): .value(value)
      case .executionError(id, let message): .raised(message: message)
      default: nil
      }
    }
  }

  public func children(of expression: String, thread: Int, frame: Int) async throws -> [Child] {
    let id = makeID()
    try connection.send(.children(expression: expression, thread: thread, frame: frame, id: id))
    return try await answer {
      if case .children(id, let children) = $0 { children } else { nil }
    }
  }

  // MARK: Events

  private func makeID() -> Int {
    defer { nextID += 1 }
    return nextID
  }

  private func read() async throws -> AgentEvent {
    guard let event = try await events.next() else { throw SessionError.closed }
    return event
  }

  /// Reads until `match` takes an event; the others have their usual effect.
  @discardableResult
  private func answer<Answer>(_ match: (AgentEvent) -> Answer?) async throws -> Answer {
    while true {
      let event = try await read()
      let happened = try apply(event)
      if let happened { pendingEvents.append(happened) }
      if let answer = match(event) { return answer }
    }
  }

  /// Keeps what an event says about the program; returns what it means for the program's going on.
  private func apply(_ event: AgentEvent) throws -> ProgramEvent? {
    switch event {
    case .frames(let thread, let frames, _): self.frames[thread] = (frames, frames.count)
    case .frameHeads(0, let thread, _, let total, let frames):
      self.frames[thread] = (frames, total)
    case .entryStop(let thread): return stop(.entry, thread)
    case .stepDone(let thread): return stop(.step, thread)
    case .asyncBreak(let thread): return stop(.paused, thread)
    case .breakpointHit(let id, let thread): return stop(.breakpoint(id: id), thread)
    case .exception(let type, let thread, let message):
      return stop(.exception(type: type, message: message), thread)
    case .handlersRequested(let file): try connection.send(.noHandlers(file: file))
    case .last:
      // The program does not wait for this for ever, and may be gone already.
      try? connection.send(.lastAcknowledged)
      return .ended
    case .threadStarted, .threadEnded, .moduleLoaded, .breakpointBound, .breakpointPending,
      .hitCount, .executionResult, .executionError, .children, .output, .lineSet, .detached,
      .negotiated, .frameHeads, .threadStands, .failure:
      break
    }
    return nil
  }

  private func stop(_ reason: Stop.Reason, _ thread: Int) -> ProgramEvent {
    .stopped(Stop(reason: reason, thread: thread, frames: frames[thread]?.known ?? []))
  }
}
