public import PythonRuntime
public import TargetProcess

/// What one write of a request did, step by step.
public struct WriteReport: Hashable, Sendable {
  /// The steps, in order.
  public enum Step: String, Hashable, CaseIterable, Sendable {
    /// Looking once more whether everything is as it was found.
    case check
    case path
    case pending
    case breaker
  }

  /// How long each step took that was begun.
  public var times: [Step: Duration] = [:]
  /// Those that were written, read back and found right.
  public var verified: Set<Step> = []
  /// Whether the target was stopped for it, and for how long.
  public var pause: Duration?
  /// The events in the breaker before, and what was written.
  public var breakerBefore: UInt8?
  public var breakerWritten: UInt8?
  /// Whether the target had taken the request when it was looked at last.
  public var isTaken = false

  public init() {}

  /// The last step that was begun.
  public var lastStep: Step? { Step.allCases.last { times[$0] != nil } }
}

/// Why a request was not written, or not all of it.
public struct WriteFailure: Error, Hashable, Sendable {
  public enum Cause: Error, Hashable, Sendable {
    /// In bytes, without the zero byte at the end.
    case pathTooLong(count: Int, limit: Int)
    /// A path cannot hold a zero byte, and must not be empty.
    case pathUnusable
    case unknownSeries
    /// The interpreter does not allow remote debugging.
    case switchedOff
    /// The interpreter's switch is neither on nor off.
    case switchDamaged(Int32)
    /// A request is there already, and is not ours.
    case otherRequest(path: String)
    /// The place of the request holds what no debugger writes.
    case pendingDamaged(Int32)
    /// Another debugger wrote at the same time.
    case overwritten(path: String)
    /// The thread state is not any more what was found.
    case changed(ThreadSearchError)
    case access(ProcessAccessError)
    /// What was written could not be read back.
    case notVerified
  }

  /// What remains of a write that failed half-way.
  public enum Remains: String, Hashable, Sendable {
    /// Nothing had been written.
    case nothing
    /// All that matters was put back.
    case undone
    /// It could not be put back: the target may act on it.
    case unknown
  }

  public var step: WriteReport.Step
  public var cause: Cause
  public var remains: Remains
  public var report: WriteReport
}
