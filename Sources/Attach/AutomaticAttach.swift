public import TargetProcess

/// Chooses the way in by what the target is: safe attach from 3.14 on, else the injector.
///
/// Falls back from the one to the other only where the cause allows it: not in a target whose owner
/// has switched remote debugging off, and not in a build that the injector cannot enter.
/// ``AttachReport/declined`` tells what safe attach said then.
public struct AutomaticAttach: Attach {
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
    guard leavesToInjector(first) else { return first }
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

  private func leavesToInjector(_ report: AttachReport) -> Bool {
    // The injector would only refuse as well, and hide why.
    if report.safe?.isFreeThreaded == true { return false }
    return switch report.outcome {
    // Neither in a lock nor in foreign code CPython looks for requests; a call from outside ends the
    // one and is made inside of the other.
    case .busy(.noSafePoint): mayInject && report.safe?.needsInjector ?? false
    case .unsupported(.version), .unsupported(.notPython): true
    case .refused(.safe(let refusal)): mayInject && refusal.allowsOtherEntry
    case .attached, .busy, .refused, .gone, .unsupported: false
    }
  }
}
