/// What this project knows of one feature release of CPython (3.N).
///
/// Everything that depends on the minor version is in the file of its release beside this one. A
/// release that is not in ``known`` is refused, never treated like a neighbour.
public struct FeatureRelease: Sendable {
  typealias Group = DebugOffsetsLayout.Group
  typealias Field = DebugOffsetsLayout.Field

  public let series: PythonSeries
  /// The table `_Py_DebugOffsets`; nil before 3.13.
  public let debugOffsets: DebugOffsetsFormat?
  /// How a thread is made to look for a debugger's request (PEP 768); nil before 3.14.
  public let evalBreaker: EvalBreakerBits?
  /// The builds that `scripts/pythons` gets, by their flags.
  public let packagedBuilds: Set<ABIFlags>

  init(
    _ series: PythonSeries, debugOffsets: DebugOffsetsFormat? = nil,
    evalBreaker: EvalBreakerBits? = nil, packagedBuilds: Set<ABIFlags> = []
  ) {
    self.series = series
    self.debugOffsets = debugOffsets
    self.evalBreaker = evalBreaker
    self.packagedBuilds = packagedBuilds
  }

  /// Every supported release, oldest first.
  public static let known: [FeatureRelease] = [
    python35, python36, python37, python38, python39, python310, python311, python312,
    python313,
    python314,
    python315,
  ]
}

extension Collection<FeatureRelease> {
  public subscript(_ series: PythonSeries) -> FeatureRelease? { first { $0.series == series } }

  /// The releases with safe attach, for a sentence: `3.14 and 3.15`.
  public var withSafeAttach: String { Self.list(filter { $0.evalBreaker != nil }) }

  /// The releases whose table of debug offsets is known, for a sentence.
  var withTable: String { Self.list(filter { $0.debugOffsets != nil }) }

  private static func list(_ releases: [FeatureRelease]) -> String {
    let names = releases.map(\.series.description)
    let last = names.last ?? "none"
    return names.count < 2 ? last : names.dropLast().joined(separator: ", ") + " and " + last
  }
}

extension PythonSeries {
  /// What is known of this series; nil for one that is not supported.
  public var release: FeatureRelease? { FeatureRelease.known[self] }

  /// The oldest and the newest supported series, and all between them.
  public static let supported: ClosedRange<PythonSeries> = {
    let series = FeatureRelease.known.map(\.series)
    return (series.min() ?? PythonSeries(3, 5))...(series.max() ?? PythonSeries(3, 5))
  }()

  /// Every supported series, oldest first.
  public static let allSupported = FeatureRelease.known.map(\.series)
}

/// A way to get code into a running CPython.
public enum AttachEntry: String, Hashable, CaseIterable, Sendable {
  /// CPython's own place for a debugger's request (PEP 768).
  case safe
  /// A call on the stopped main thread.
  case inject
}

extension FeatureRelease {
  /// The methods that can enter a build of this release, the best first. Listing interpreters,
  /// planning cells and attaching all ask here.
  ///
  /// PEP 768 is the same in free-threaded builds. The injector is not for them: it takes it that a
  /// thread which holds the GIL is the only one that runs Python.
  public func attachEntries(_ flags: ABIFlags) -> [AttachEntry] {
    let safe: [AttachEntry] = evalBreaker == nil ? [] : [.safe]
    return safe + (flags.contains(.freeThreaded) ? [] : [.inject])
  }
}

/// The bits of a thread state's eval breaker that safe attach sets, all in its lowest byte. The byte
/// above begins the version of instrumentation, which only the target may write.
///
/// In a free-threaded build they are the same (`Include/internal/pycore_ceval.h` defines them once),
/// and the breaker is the thread's own in every build since 3.13. There the stop bit is also what
/// stops the world: the thread detaches, attaches again as soon as no stop is under way, and then
/// looks for a debugger's request (`_Py_HandlePending` in `Python/ceval_gil.c`).
public struct EvalBreakerBits: Hashable, Sendable {
  /// `_PY_EVAL_PLEASE_STOP_BIT`: lets the thread look for a debugger's request at its next check.
  public var stop: UInt8
  /// Events that other threads and signal handlers announce while the thread runs: signals, pending
  /// calls, asynchronous exceptions. Each is only a hint to look, so setting one that is not there
  /// costs a look, while a byte written without one that came in between would lose it. They are set
  /// along where the target is not stopped.
  public var hints: UInt8

  /// `_PY_SIGNALS_PENDING_BIT`: a signal has arrived whose handler CPython has not run; it may still be
  /// set when the handler has.
  public var signals: UInt8

  /// 3.14 and 3.15.
  static let withStopBit5 = EvalBreakerBits(
    stop: 1 << 5, hints: 1 << 1 | 1 << 2 | 1 << 3, signals: 1 << 1)
}
