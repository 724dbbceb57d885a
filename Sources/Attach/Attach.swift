public import TargetProcess

/// A way to get code into a running CPython.
///
/// What an implementation promises: the target survives it, whatever happens to the attacher; it
/// ends at the deadline at the latest; and ``AttachOutcome/attached(_:)`` means that the code itself
/// has said so, from inside.
public protocol Attach: Sendable {
  /// Runs a payload in the main thread of a process, once.
  ///
  /// Never throws: everything that can happen is an outcome. Blocks no thread of the caller.
  func attach(to process: LiveProcess, running payload: Payload, limits: AttachLimits) async
    -> AttachReport
}

/// How long an attach may take, and what it may risk.
public struct AttachLimits: Hashable, Sendable {
  /// For everything together.
  public var timeout: Duration
  /// For one stop of the thread, from asking for it to letting go.
  public var stop: Duration
  /// Whether to go on in a process whose seccomp filter may forbid a system call that is needed, and
  /// may kill the process for it.
  public var ignoresSeccomp: Bool
  /// The process as it was when the caller chose it, in clock ticks since the system started
  /// (``ProcessStatus/startTime``); nil to take the process that has the pid now.
  public var startTime: UInt64?

  public init(
    timeout: Duration = .seconds(10), stop: Duration = .seconds(1), ignoresSeccomp: Bool = false,
    startTime: UInt64? = nil
  ) {
    self.timeout = timeout
    self.stop = stop
    self.ignoresSeccomp = ignoresSeccomp
    self.startTime = startTime
  }
}
