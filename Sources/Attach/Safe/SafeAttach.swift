public import TargetProcess

/// Gets code into a CPython of 3.14 or later by PEP 768: the path of a script goes to where CPython
/// looks for a debugger's request, and CPython runs it itself. See `docs/safe-attach.md`.
public struct SafeAttach: Attacher {
  public var options: SafeOptions

  public init(_ options: SafeOptions = SafeOptions()) { self.options = options }

  public func attach(
    to process: LiveProcess, running payload: Payload, limits: AttachLimits
  ) async -> AttachReport {
    #if os(Linux) && arch(x86_64)
      let options = options
      return await DedicatedThread.run {
        var session = SafeSession(
          process: process, payload: payload, limits: limits, options: options)
        return session.run()
      }
    #else
      return AttachReport(entry: .safe, outcome: .unsupported(.platform))
    #endif
  }
}

/// What a caller may choose about a safe attach.
public struct SafeOptions: Hashable, Sendable {
  public var switches: SafeSwitches
  /// Whether a thread that sleeps may be woken, and another thread may run the code.
  public var wakes: Bool

  /// Whether to end early, as busy with ``SafeReport/needsInjector``, where only a call into the
  /// target ends the wait: for a caller that has the injector as well.
  public var leavesToInjector: Bool

  public init(
    switches: SafeSwitches = SafeSwitches(), wakes: Bool = true, leavesToInjector: Bool = false
  ) {
    self.switches = switches
    self.wakes = wakes
    self.leavesToInjector = leavesToInjector
  }
}
