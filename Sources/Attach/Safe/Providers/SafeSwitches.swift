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
