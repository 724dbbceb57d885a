import CPython
import DebugSession

/// Takes a session through a scenario's script and compares what is seen with what is expected.
final class ScriptRunner {
  private let scenario: Scenario
  private let version: PythonVersion
  private let session: any DebuggerSession
  private let debuggee: Debuggee
  private let places: PlaceMatcher
  private let progress: CellProgress

  private(set) var steps: [StepRecord] = []
  private var thread = 0
  private var hasEntered = false
  private var breakpoints: [String: [Int]] = [:]
  private var children: [Child] = []

  init(
    scenario: Scenario, version: PythonVersion, session: any DebuggerSession, debuggee: Debuggee,
    progress: CellProgress
  ) {
    self.scenario = scenario
    self.version = version
    self.session = session
    self.debuggee = debuggee
    self.progress = progress
    places = PlaceMatcher(scenario: scenario, folder: debuggee.folder)
  }

  private var statements: [Statement] {
    scenario.script.filter { $0.only?.contains(version) ?? true }
  }

  /// Runs to the end of the script, or to the first statement that does not hold.
  ///
  /// - Returns: whether all of them hold.
  /// - Throws: ``SessionError`` when the debugger's connection ends where the script does not
  ///   expect that, ``ExitWatch/Failure`` when it is not known how the program ended.
  func run() async throws -> Bool {
    thread = try await session.waitForEntry().thread
    debuggee.noteDebugger()
    for statement in statements {
      progress.enter(.statement(statement.text))
      let mismatch = try await perform(statement.action)
      steps.append(
        record(statement, mismatch.map { .mismatch(expected: $0.expected, seen: $0.seen) } ?? .held)
      )
      if mismatch != nil { return false }
    }
    return true
  }

  /// The statements that were not reached, for the report.
  var remaining: [StepRecord] {
    statements.dropFirst(steps.count).map { record($0, .notReached) }
  }

  private func record(_ statement: Statement, _ result: StepRecord.Result) -> StepRecord {
    StepRecord(statement: statement.text, location: statement.location, result: result)
  }

  // MARK: Statements

  private func perform(_ action: Action) async throws -> Mismatch? {
    switch action {
    case .go(let going, let outcome): return try await go(going, expecting: outcome)
    case .setBreakpoint(let spec, let binding):
      return try await setBreakpoint(spec, expecting: binding)
    case .clearBreakpoint(let label):
      for id in breakpoints.removeValue(forKey: label) ?? [] {
        try await session.removeBreakpoint(id)
      }
      return nil
    case .hits(let label, let count):
      guard let id = breakpoints[label]?.last else {
        return Mismatch(expected: "\(count)", seen: "no breakpoint is set at @\(label)")
      }
      let seen = try await session.hitCount(of: id)
      return seen == count ? nil : Mismatch(expected: "\(count)", seen: "\(seen)")
    case .stack(let patterns, let andMore):
      return places.compare(
        patterns, andMore: andMore, with: try await session.frames(of: thread))
    case .evaluate(let text, let pattern):
      return pattern.mismatch(with: try await session.evaluate(text, thread: thread, frame: 0))
    case .variables(let listing):
      let variables = try await session.variables(of: thread, frame: 0)
      return listing.mismatch(
        with: variables.map { Child(name: $0.name, expression: nil, value: $0.value) },
        on: version)
    case .children(let expression, let listing):
      return try await showChildren(of: expression, expecting: listing)
    case .expand(let name, let listing):
      guard let child = children.first(where: { $0.name == name }) else {
        return Mismatch(expected: "a child named \(name)", seen: children.rendered)
      }
      guard let expression = child.expression else {
        return Mismatch(expected: "an expression for \(name)", seen: "none")
      }
      return try await showChildren(of: expression, expecting: listing)
    case .output(let text):
      let output = debuggee.streams.output
      if await output.wait(for: text) { return nil }
      return Mismatch(expected: text, seen: output.unread)
    case .input(let text):
      await debuggee.write(text + "\n")
      return nil
    }
  }

  private func showChildren(
    of expression: String, expecting listing: Listing
  ) async throws -> Mismatch? {
    children = try await session.children(of: expression, thread: thread, frame: 0)
    return listing.mismatch(with: children, on: version)
  }

  private func setBreakpoint(
    _ spec: BreakpointSpec, expecting binding: Action.Binding?
  ) async throws -> Mismatch? {
    guard let position = scenario.labels[spec.label] else { return nil }
    let (id, isBound) = try await session.setBreakpoint(
      Breakpoint(
        file: places.path(of: position.file), line: position.line,
        condition: spec.condition?.neutral ?? .always,
        passCount: spec.passCount?.neutral ?? .always))
    breakpoints[spec.label, default: []].append(id)
    let seen = isBound ? Action.Binding.bound : .pending
    guard let binding, binding != seen else { return nil }
    return Mismatch(expected: binding.rawValue, seen: seen.rawValue)
  }

  private func go(_ going: Action.Going, expecting outcome: Outcome) async throws -> Mismatch? {
    switch going {
    case .run, .resume: try await session.resume()
    case .stepInto: try await session.step(.into, thread: thread)
    case .stepOver: try await session.step(.over, thread: thread)
    case .stepOut: try await session.step(.out, thread: thread)
    case .pause: try await session.pause()
    case .detach:
      try await session.detach()
      if let left = await debuggee.residue() {
        return Mismatch(expected: "nothing of the debugger after detach", seen: left)
      }
    case .wait: break
    }
    switch outcome {
    case .running: return nil
    case .exit(let code): return try await end(expecting: .exited(code))
    case .killed(let signal): return try await end(expecting: .signalled(signal))
    case .breakpoint, .step, .paused: return try await stop(expecting: outcome)
    }
  }

  private func stop(expecting outcome: Outcome) async throws -> Mismatch? {
    guard case .stopped(let stop) = try await session.nextEvent() else {
      let seen = try await debuggee.termination().description
      return Mismatch(expected: places.describe(outcome), seen: seen)
    }
    thread = stop.thread
    let expectedIDs = outcome.place.map { place in
      place.lines.flatMap { breakpoints[$0.label] ?? [] }
    }
    return places.compare(outcome, with: stop, breakpoints: expectedIDs ?? [])
  }

  private func end(expecting termination: Termination) async throws -> Mismatch? {
    do {
      if case .stopped(let stop) = try await session.nextEvent() {
        return Mismatch(expected: termination.description, seen: places.describe(stop))
      }
    } catch SessionError.closed {
      // A program that is killed, or was let go of, says no farewell.
    }
    let seen = try await debuggee.termination()
    return seen == termination
      ? nil : Mismatch(expected: termination.description, seen: seen.description)
  }
}

/// What was expected and what was seen instead.
struct Mismatch: Hashable {
  var expected: String
  var seen: String
}

extension BreakpointSpec.Condition {
  fileprivate var neutral: Breakpoint.Condition {
    switch self {
    case .whenTrue(let text): .whenTrue(text)
    case .whenChanged(let text): .whenChanged(text)
    }
  }
}

extension BreakpointSpec.PassCount {
  fileprivate var neutral: Breakpoint.PassCount {
    switch self {
    case .every(let count): .every(count)
    case .on(let count): .equal(count)
    case .from(let count): .atLeast(count)
    }
  }
}

extension Outcome {
  var place: Place? {
    switch self {
    case .breakpoint(let place), .step(let place), .paused(let place): place
    case .exit, .killed, .running: nil
    }
  }
}
