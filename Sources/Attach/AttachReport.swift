public import PythonRuntime

/// The outcome of an attach, and how long each phase took.
public struct AttachReport: Hashable, Sendable {
  /// The mechanism by which the code was run.
  public enum Entry: String, Hashable, Sendable {
    /// By a system call and a call on the stopped main thread.
    case inject
    /// By CPython's own interface for a debugger's request (PEP 768).
    case safe
  }

  /// What an attach does, in order. A phase that was not reached has no time.
  public enum Phase: String, Hashable, CaseIterable, Sendable {
    /// The preflight checks: rights, files, symbols.
    case examine
    /// Creating the exchange directory.
    case prepare
    /// From asking the main thread to stop to letting it go; all visits together.
    case visit
    /// Writing a request for CPython to find.
    case write
    /// From there to the first line of Python.
    case start
    /// From there to the answer.
    case finish
  }

  public var entry: Entry
  public var outcome: AttachOutcome
  public var times: [Phase: Duration] = [:]
  /// How often the main thread was stopped.
  public var visits = 0
  /// The longest time for which it was stopped.
  public var longestPause: Duration?
  /// How the code was called at the last visit.
  public var route: Route?
  /// Where CPython was found in the target.
  public var runtime: LocatedRuntime?
  /// What safe attach said before this entry was used instead.
  public var declined: AttachOutcome?
  /// More about a safe attach.
  public var safe: SafeReport?

  public init(entry: Entry, outcome: AttachOutcome) {
    self.entry = entry
    self.outcome = outcome
  }

  /// The last phase that was begun.
  public var lastPhase: Phase? { Phase.allCases.last { times[$0] != nil } }
}

/// How the injector gets its code called, by what the main thread was doing.
public enum Route: String, Hashable, Sendable {
  /// It was running: CPython calls the code when it is back between two instructions.
  case pendingCall = "pending-call"
  /// It was waiting in a system call: a direct call, and then it waits on.
  case directCall = "direct-call"
  /// It was waiting in a lock: a pending call, and the wait is interrupted.
  case interruptedLock = "interrupted-lock"
}
