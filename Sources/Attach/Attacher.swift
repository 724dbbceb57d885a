public import TargetProcess

/// Runs code in a running CPython.
///
/// An implementation guarantees: the target survives, whatever happens to the attacher; the attach
/// ends at the deadline at the latest; ``AttachOutcome/attached(_:)`` means that the code itself
/// has reported it.
public protocol Attacher: Sendable {
  /// Runs a payload in the main thread of a process, once.
  ///
  /// Never throws: everything that can happen is an outcome. Blocks no thread of the caller.
  func attach(to process: LiveProcess, running payload: Payload, limits: AttachLimits) async
    -> AttachReport
}

/// How long an attach may take, and what it may risk.
public struct AttachLimits: Hashable, Sendable {
  /// For the whole attach.
  public var timeout: Duration
  /// For one stop of a thread, from the request to the release.
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

/// The entry as a user chooses it.
public enum AttachMethod: String, CaseIterable, Sendable {
  case auto, safe, inject
}

/// Chooses the entry by the target's version: safe attach from 3.14 on, else the injector.
///
/// Falls back to the injector only where the refusal allows it, and never where the owner of the
/// target has switched remote debugging off; ``AttachReport/declined`` says so then.
public struct AutomaticAttach: Attacher {
  public var safe: SafeAttach
  public var injector: LegacyInjector
  /// Whether the injector may be used on what safe attach is for.
  public var mayInject: Bool

  public init(
    safe: SafeAttach = SafeAttach(), injector: LegacyInjector = LegacyInjector(),
    mayInject: Bool = true
  ) {
    self.safe = safe
    self.injector = injector
    self.mayInject = mayInject
  }

  public func attach(
    to process: LiveProcess, running payload: Payload, limits: AttachLimits
  ) async -> AttachReport {
    let begin = ContinuousClock.now
    var safe = safe
    safe.options.leavesToInjector = mayInject
    let first = await safe.attach(to: process, running: payload, limits: limits)
    guard leavesToInjector(first.outcome, first.safe) else { return first }
    var rest = limits
    rest.timeout = limits.timeout - begin.duration(to: .now)
    rest.startTime = limits.startTime ?? process.status?.startTime
    var second = await injector.attach(to: process, running: payload, limits: rest)
    switch first.outcome {
    case .refused, .busy:
      second.declined = first.outcome
      second.safe = first.safe
    case .attached, .gone, .unsupported: break
    }
    return second
  }

  /// Whether the injector may be used where safe attach ended with this. Doctor decides by it, too.
  func leavesToInjector(_ outcome: AttachOutcome, _ safe: SafeReport?) -> Bool {
    // The injector would only refuse as well, and hide why.
    if safe?.isFreeThreaded == true { return false }
    return switch outcome {
    // Neither in a lock nor in foreign code CPython looks for requests; a call from outside ends the
    // one and is made inside of the other.
    case .busy(.noSafePoint): mayInject && safe?.needsInjector ?? false
    case .unsupported(.version), .unsupported(.notPython): true
    case .refused(.safe(let refusal)): mayInject && refusal.allowsOtherEntry
    case .attached, .busy, .refused, .gone, .unsupported: false
    }
  }
}
