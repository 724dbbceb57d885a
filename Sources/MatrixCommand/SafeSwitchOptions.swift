import ArgumentParser
import Attach

/// The switches of safe attach as options; each has an environment variable as well
/// (`PTVS_SAFE_ATTACH_…`, see `docs/safe-attach.md`).
struct SafeSwitchOptions: ParsableArguments {
  /// A diagnostic provider: what it finds is shown, and never used for writing.
  enum Asked: String, ExpressibleByArgument, CaseIterable {
    case inference, heuristic, export
    /// Only where the walk found nothing.
    case exportFallback = "export-fallback"
  }

  @Option(
    name: .customLong("ask"),
    help: """
      With safe attach, also show what this way would find, and whether it is right: inference, \
      heuristic, export, or export-fallback. Nothing is written by it. May be repeated.
      """)
  var asked: [Asked] = []

  @Flag(name: .customLong("no-safe"), help: "Use no safe attach.")
  var noSafe = false

  @Flag(name: .customLong("no-cache"), help: "With safe attach, always search anew.")
  var noCache = false

  @Flag(name: .customLong("no-write"), help: "With safe attach, find everything and write nothing.")
  var noWrite = false

  /// Adds them to what the environment says.
  func apply(to switches: inout SafeSwitches) {
    if noSafe { switches.isDisabled = true }
    if noCache { switches.ignoresCache = true }
    if noWrite { switches.writes = false }
    for provider in asked {
      switch provider {
      case .inference: switches.asksInference = true
      case .heuristic: switches.asksHeuristic = true
      case .export: switches.allowsExport = true
      case .exportFallback: switches.allowsExportFallback = true
      }
    }
  }
}
