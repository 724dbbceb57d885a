public import TargetProcess

/// Gets code into a CPython of 3.14 or later by PEP 768: the path of a script goes to where CPython
/// looks for a debugger's request, and CPython runs it itself. See `docs/safe-attach.md`.
public struct SafeAttach: Attacher {
  public var options: SafeOptions
  /// For tests.
  var checkpoint: AttachCheckpoint.Observer?

  public init(_ options: SafeOptions = SafeOptions()) { self.options = options }

  public func attach(
    to process: LiveProcess, running payload: Payload, limits: AttachLimits
  ) async -> AttachReport {
    #if arch(x86_64)
      let (options, checkpoint) = (options, checkpoint)
      return await DedicatedThread.run {
        var session = SafeSession(
          process: process, payload: payload, limits: limits, options: options,
          checkpoint: checkpoint)
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

/// What a person can switch, by the names that PTVS's plan for safe attach gives its environment
/// variables. Set to anything but nothing, `0`, `false`, `no` and `off` they are on.
public struct SafeSwitches: Hashable, Sendable {
  /// `PTVS_SAFE_ATTACH_MANAGED_DISABLE`: no safe attach at all.
  public var isDisabled = false
  /// `PTVS_SAFE_ATTACH_ALLOW_EXPORT`: also ask what the module exports.
  public var allowsExport = false
  /// `PTVS_SAFE_ATTACH_ALLOW_EXPORT_FALLBACK`: ask that only where the walk found nothing.
  public var allowsExportFallback = false
  /// `PTVS_SAFE_ATTACH_MANAGED_NO_CACHE`: always discover anew.
  public var ignoresCache = false
  /// `PTVS_SAFE_ATTACH_FORCE_HEURISTIC`: also ask the heuristic scan.
  public var asksHeuristic = false
  /// `PTVS_SAFE_ATTACH_VERBOSE`: say what every provider looked at.
  public var isVerbose = false
  /// `PTVS_SAFE_ATTACH_MANAGED_WRITE`: on unless it says otherwise; off, everything is found and
  /// nothing written.
  public var writes = true
  /// Also ask the slab-wide inference. PTVS has no variable for it; `--ask inference`.
  public var asksInference = false

  public init() {}

  public init(environment: [String: String]) {
    func value(_ name: String) -> Bool? {
      guard let text = environment["PTVS_SAFE_ATTACH_\(name)"], !text.isEmpty else { return nil }
      return !["0", "false", "no", "off"].contains(text.lowercased())
    }
    isDisabled = value("MANAGED_DISABLE") ?? false
    allowsExport = value("ALLOW_EXPORT") ?? false
    allowsExportFallback = value("ALLOW_EXPORT_FALLBACK") ?? false
    ignoresCache = value("MANAGED_NO_CACHE") ?? false
    asksHeuristic = value("FORCE_HEURISTIC") ?? false
    isVerbose = value("VERBOSE") ?? false
    writes = value("MANAGED_WRITE") ?? true
  }
}

/// What is particular to a safe attach.
public struct SafeReport: Hashable, Sendable {
  /// The series and the patch release, as the table of the target says.
  public var version: String?
  public var isFreeThreaded: Bool?
  /// Where `_PyRuntime` is in the target, and what told it.
  public var runtimeAddress: UInt64?
  public var locatedBy: String?
  /// What each provider said, in the order in which they were asked.
  public var providers: [ProviderAnswer] = []
  public var thread: FoundThread?
  public var write: WriteReport?
  /// How the target was brought to look, and how often that was tried.
  public var wake: WakeMethod = .none
  public var wakes = 0
  /// What the main thread waits in, when the request was not taken in time.
  public var wait: String?
  /// Whether only a call into the target reaches it: its main thread waits for a lock, or in a
  /// system call that code outside of CPython made, and no other thread can run the code.
  public var needsInjector = false
  /// How long each part took.
  public var times = SafeTimes()

  public init() {}
}

/// The parts of a safe attach, by the names that PTVS's plan has for them.
public struct SafeTimes: Hashable, Sendable {
  public var module: Duration?
  public var slab: Duration?
  public var cacheProbe: Duration?
  public var walk: Duration?
  public var infer: Duration?

  public init() {}
}
