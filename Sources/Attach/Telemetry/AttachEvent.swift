import CPython
import PythonRuntime
public import TargetProcess

/// Telemetry: one event before each attach and one after it, the same for both entries.
///
/// The grammar is in `docs/telemetry.md`. Every member is always there where it applies; a reader
/// ignores members and events that it does not know.
public enum AttachEvent: Sendable, Encodable {
  case attempt(AttachAttempt)
  case result(AttachResult)

  public func encode(to encoder: any Encoder) throws {
    switch self {
    case .attempt(let attempt): try attempt.encode(to: encoder)
    case .result(let result): try result.encode(to: encoder)
    }
  }
}

/// An attach that is about to begin.
public struct AttachAttempt: Sendable, Encodable {
  public let event = "attempt"
  public let schema = 2
  /// The same in the result.
  public var id: String
  /// Seconds since 1970.
  public var time: Double
  public var pid: Int32
  /// In clock ticks since the system started.
  public var startTime: UInt64?
  /// As it was asked for: `auto`, `safe` or `inject`.
  public var method: String
  /// In milliseconds.
  public var timeout: Double
  /// The switches that are on, by the names of their variables without `PTVS_SAFE_ATTACH_`.
  public var switches: [String]

  public init(
    id: String, time: Double, process: LiveProcess, method: String, timeout: Duration,
    switches: SafeSwitches
  ) {
    self.id = id
    self.time = time
    pid = process.pid
    startTime = process.status?.startTime
    self.method = method
    self.timeout = timeout.milliseconds
    self.switches = switches.names
  }
}

/// The outcome of an attach.
public struct AttachResult: Sendable, Encodable {
  public let event = "result"
  public let schema = 2
  public var id: String
  public var time: Double
  public var pid: Int32
  public var method: String
  /// The entry that gave the outcome: `safe` or `inject`.
  public var entry: String
  /// `attached`, `busy`, `refused`, `gone` or `unsupported`.
  public var outcome: String
  /// One sentence, where it is not `attached`.
  public var reason: String?
  /// What safe attach said before the injector was used instead.
  public var declined: String?
  public var version: String?

  // In milliseconds; nothing where that was not done.
  public var module: Double?
  public var slab: Double?
  public var infer: Double?
  public var walk: Double?
  public var cacheProbe: Double?
  public var exportFallback: Double?
  public var write: Double?
  public var pathWrite: Double?
  public var pendingWrite: Double?
  public var breakerWrite: Double?
  public var start: Double?
  public var finish: Double?
  public var pause: Double?
  public var total: Double

  /// Thread states that were looked at.
  public var candidates: Int
  public var inferOk: Bool
  public var walkTried: Bool
  public var heuristicAttempts: Int
  /// The provider that decided.
  public var provider: String?
  public var wake: String?
  public var wakes: Int
  public var visits: Int
  public var route: String?

  public init(
    _ report: AttachReport, id: String, time: Double, pid: Int32, method: String, total: Duration
  ) {
    self.id = id
    self.time = time
    self.pid = pid
    self.method = method
    entry = report.entry.rawValue
    outcome = report.outcome.name
    if case .attached(.result) = report.outcome {
      reason = nil
    } else {
      reason = report.outcome.sentences(pid: pid).what
    }
    declined = report.declined.map { $0.sentences(pid: pid).what }
    let safe = report.safe
    version = safe?.version ?? report.runtime?.name.map { "\($0.series)" }
    let answers = safe?.providers ?? []
    func taken(_ provider: ProviderKind) -> Double? {
      answers.first { $0.provider == provider }?.time.milliseconds
    }
    module = safe?.times.module?.milliseconds
    slab = safe?.times.slab?.milliseconds
    walk = safe?.times.walk?.milliseconds
    infer = taken(.inference)
    cacheProbe = safe?.times.cacheProbe?.milliseconds
    exportFallback = taken(.export)
    write = report.times[.write]?.milliseconds
    pathWrite = safe?.write?.times[.path]?.milliseconds
    pendingWrite = safe?.write?.times[.pending]?.milliseconds
    breakerWrite = safe?.write?.times[.breaker]?.milliseconds
    start = report.times[.start]?.milliseconds
    finish = report.times[.finish]?.milliseconds
    pause = report.longestPause?.milliseconds
    self.total = total.milliseconds
    let deciding = answers.filter(\.provider.mayBeWrittenTo)
    candidates = deciding.map(\.candidates).reduce(0, +)
    inferOk = answers.contains { $0.provider == .inference && $0.address == safe?.thread?.address }
    walkTried = answers.contains { $0.provider == .tableWalk }
    heuristicAttempts = answers.filter { $0.provider == .heuristic }.map(\.candidates).reduce(0, +)
    provider = deciding.last { $0.thread != nil }?.provider.rawValue
    wake = safe?.wake.rawValue
    wakes = safe?.wakes ?? 0
    visits = report.visits
    route = report.route?.rawValue
  }
}

extension AttachResult {
  /// One line for people, with PTVS's names.
  public var summary: String {
    func time(_ name: String, _ value: Double?) -> String? { value.map { "\(name)=\($0)ms" } }
    let parts: [String?] = [
      "entry=\(entry)", "outcome=\(outcome)", provider.map { "provider=\($0)" },
      time("cacheProbe", cacheProbe), time("module", module), time("slab", slab),
      time("infer", infer), time("walk", walk), time("write", write), time("total", total),
      "candidates=\(candidates)", "inferOk=\(inferOk)", "walkTried=\(walkTried)",
      wake.map { "wake=\($0)" },
    ]
    return parts.compactMap(\.self).joined(separator: " ")
  }
}

extension AttachOutcome {
  /// `attached`, `busy`, `refused`, `gone` or `unsupported`.
  public var name: String {
    switch self {
    case .attached: "attached"
    case .busy: "busy"
    case .refused: "refused"
    case .gone: "gone"
    case .unsupported: "unsupported"
    }
  }
}

extension SafeSwitches {
  fileprivate var names: [String] {
    let all: [(Bool, String)] = [
      (isDisabled, "MANAGED_DISABLE"), (allowsExport, "ALLOW_EXPORT"),
      (allowsExportFallback, "ALLOW_EXPORT_FALLBACK"), (ignoresCache, "MANAGED_NO_CACHE"),
      (asksHeuristic, "FORCE_HEURISTIC"), (isVerbose, "VERBOSE"), (writes, "MANAGED_WRITE"),
      (asksInference, "ASK_INFERENCE"),
    ]
    return all.filter(\.0).map(\.1)
  }
}

extension Duration {
  /// Rounded to a microsecond.
  var milliseconds: Double {
    let (seconds, fraction) = components
    return Double(seconds) * 1000 + (Double(fraction) / 1e12).rounded() / 1000
  }
}
