/// A session with a debugger in a running program, independent of the debugger's own protocol.
///
/// A session belongs to one task. Every method throws ``SessionError`` when the debugger's
/// connection ends. Killing the program ends it, so that no call waits for ever.
public protocol DebuggerSession: AnyObject {
  /// Waits until the program is stopped before its first line.
  func waitForEntry() async throws -> Stop

  /// - Returns: the breakpoint's id, and whether the file is loaded already.
  func setBreakpoint(_ breakpoint: Breakpoint) async throws -> (id: Int, isBound: Bool)
  func removeBreakpoint(_ id: Int) async throws
  /// How often its line was reached with its condition true.
  func hitCount(of id: Int) async throws -> Int

  /// Resumes all threads.
  func resume() async throws
  /// Steps in a stopped thread; all threads are resumed.
  func step(_ step: Step, thread: Int) async throws
  /// Asks a running program to stop.
  func pause() async throws
  /// Detaches from the program, and waits until that is confirmed.
  func detach() async throws
  /// Waits for the next stop, or for the program's end.
  func nextEvent() async throws -> ProgramEvent

  /// All frames of a stopped thread, innermost first.
  func frames(of thread: Int) async throws -> [Frame]
  /// The variables of a stopped thread's frame (0 is the innermost) as they are now.
  func variables(of thread: Int, frame: Int) async throws -> [Variable]
  /// Evaluates an expression, or executes a statement, in a stopped thread's frame (0 is the
  /// innermost).
  func evaluate(_ text: String, thread: Int, frame: Int) async throws -> Evaluation
  func children(of expression: String, thread: Int, frame: Int) async throws -> [Child]

  func close()
}

public enum Step: Hashable, Sendable {
  case into, over, out
}

/// Where and when to stop. Lines count from 1.
public struct Breakpoint: Hashable, Sendable {
  public enum Condition: Hashable, Sendable {
    case always
    case whenTrue(String)
    /// When the value differs from the last one; the first counts as a change.
    case whenChanged(String)
  }

  public enum PassCount: Hashable, Sendable {
    case always
    case every(Int)
    case equal(Int)
    case atLeast(Int)
  }

  /// Absolute path.
  public var file: String
  public var line: Int
  public var condition: Condition
  public var passCount: PassCount

  public init(
    file: String, line: Int, condition: Condition = .always, passCount: PassCount = .always
  ) {
    self.file = file
    self.line = line
    self.condition = condition
    self.passCount = passCount
  }
}

public enum ProgramEvent: Hashable, Sendable {
  case stopped(Stop)
  /// The program's last statement has run, or the connection ended.
  case ended
}

public struct Stop: Hashable, Sendable {
  public enum Reason: Hashable, Sendable {
    case entry
    case breakpoint(id: Int)
    case step
    case paused
    case exception(type: String, message: String)
  }

  public var reason: Reason
  public var thread: Int
  /// Innermost first; of a deep stack the first ones.
  public var frames: [Frame]
}

public struct Frame: Hashable, Sendable {
  public var function: String
  /// Absolute path as the program knows it.
  public var file: String
  public var line: Int
  public var firstLine: Int
  public var lastLine: Int
  /// How many of the first variables are parameters.
  public var argumentCount: Int
}

public struct Variable: Hashable, Sendable {
  public var name: String
  public var value: Value
}

/// A child of a value, with the expression that reaches it; nil where there is none.
public struct Child: Hashable, Sendable {
  public var name: String
  public var expression: String?
  public var value: Value

  public init(name: String, expression: String?, value: Value) {
    self.name = name
    self.expression = expression
    self.value = value
  }
}

/// What a debugger shows of a value.
public struct Value: Hashable, Sendable {
  public var repr: String?
  public var hex: String?
  public var type: String
  public var length: Int
  public var isExpandable: Bool

  public init(repr: String?, hex: String?, type: String, length: Int, isExpandable: Bool) {
    self.repr = repr
    self.hex = hex
    self.type = type
    self.length = length
    self.isExpandable = isExpandable
  }
}

public enum Evaluation: Hashable, Sendable {
  case value(Value)
  case raised(message: String)
}

/// Why a session cannot go on.
public enum SessionError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The other side closed the connection.
  case closed
  /// Bytes that the protocol does not allow.
  case protocolViolation(String)
  case socket(operation: String, errno: Int32, message: String)
  /// The agent is there and cannot debug the program; the classic number of the cause.
  case agentRefused(Int)

  public var description: String {
    switch self {
    case .closed: "the debugger's connection ended"
    case .protocolViolation(let what): "the debugger broke the protocol: \(what)"
    case .agentRefused(let number):
      "the agent cannot debug this program (\(Self.causes[number] ?? "cause \(number)"))"
    case .socket(let operation, _, let message): "\(operation) failed: \(message)"
    }
  }

  /// As the classic protocol numbers them.
  private static let causes = [
    3: "it could not be loaded", 9: "no thread could be started for it",
    18: "another debugger is there",
  ]
}
