import Interpreters
import SystemPackage

/// Numbers, times and lists the way a person writes them.
enum Phrases {
  /// `0 ms`, `61 ms`, `24.1 s`, `3 min 12 s`, `1 h 5 min`.
  static func duration(_ duration: Duration) -> String {
    let milliseconds = milliseconds(duration)
    if milliseconds < 999.5 { return "\(Int(milliseconds.rounded())) ms" }
    let tenths = Int((milliseconds / 100).rounded())
    if tenths < 600 { return "\(tenths / 10).\(tenths % 10) s" }
    let seconds = Int((milliseconds / 1000).rounded())
    if seconds < 3600 { return "\(seconds / 60) min \(seconds % 60) s" }
    return "\(seconds / 3600) h \(seconds / 60 % 60) min"
  }

  /// In whole seconds: `9 s`, `3 min 12 s`.
  static func estimate(_ estimate: Duration) -> String {
    let seconds = Int((milliseconds(estimate) / 1000).rounded(.up))
    return seconds < 60 ? "\(seconds) s" : duration(.seconds(seconds))
  }

  static func milliseconds(_ duration: Duration) -> Double {
    let (seconds, attoseconds) = duration.components
    // Whole microseconds: enough for anything that is measured here, and short when printed.
    return (Double(seconds) * 1e6 + (Double(attoseconds) / 1e12).rounded()) / 1e3
  }

  /// `1 cell`, `2 cells`.
  static func count(_ count: Int, _ noun: String) -> String {
    "\(count) \(noun)\(count == 1 ? "" : "s")"
  }

  /// `2 interpreters`, `2 interpreters in 6 columns`.
  static func interpreters(_ columns: [Column]) -> String {
    let builds = Set(columns.map { $0.interpreter?.realPath ?? FilePath($0.label) }).count
    let phrase = count(builds, "interpreter")
    return builds == columns.count ? phrase : phrase + " in \(columns.count) columns"
  }

  /// `a`, `a and b`, `a, b and c`.
  static func list(_ items: [String]) -> String {
    guard let last = items.last, items.count > 1 else { return items.first ?? "" }
    return items.dropLast().joined(separator: ", ") + " and " + last
  }

  /// `Stepping` of `stepping`, `Late imports` of `late_imports`.
  static func heading(_ name: String) -> String {
    capitalized(name.split(separator: "_").joined(separator: " "))
  }

  /// With a capital letter at its beginning.
  static func capitalized(_ text: String) -> String {
    text.prefix(1).uppercased() + text.dropFirst()
  }
}
