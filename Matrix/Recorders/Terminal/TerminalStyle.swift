import Harness

/// Colours, if there are any. Only the eight that every theme of a terminal defines.
struct TerminalStyle: Sendable {
  enum Paint: String {
    case good = "32"
    case bad = "31"
    case warning = "33"
    case strong = "1"
    case quiet = "2"
  }

  var usesColor: Bool

  func callAsFunction(_ text: String, _ paint: Paint?) -> String {
    guard usesColor, let paint, !text.isEmpty else { return text }
    return "\u{1B}[\(paint.rawValue)m\(text)\u{1B}[0m"
  }
}

extension Verdict {
  var paint: TerminalStyle.Paint {
    switch self {
    case .pass: .good
    case .fail, .error, .timeout, .crash: .bad
    case .blocked: .warning
    case .unavailable, .unsupported: .quiet
    }
  }
}

/// When to write in colour: `--color`.
public enum ColorChoice: String, CaseIterable, Hashable, Sendable {
  case auto, always, never

  /// Whether to use colour on a stream.
  ///
  /// The order: an explicit `always` or `never`; `NO_COLOR`; `FORCE_COLOR` or `CLICOLOR_FORCE`,
  /// for CI systems that show colours without being a terminal; a terminal that is not `dumb`.
  /// The variables count when they are not empty (no-color.org, bixense.com/clicolors), the last
  /// two not when they are `0`.
  public func usesColor(environment: [String: String], isTerminal: Bool) -> Bool {
    switch self {
    case .always: return true
    case .never: return false
    case .auto: break
    }
    func isSet(_ name: String) -> Bool { environment[name].map { !$0.isEmpty } ?? false }
    func isForced(_ name: String) -> Bool { isSet(name) && environment[name] != "0" }
    if isSet("NO_COLOR") { return false }
    if isForced("FORCE_COLOR") || isForced("CLICOLOR_FORCE") { return true }
    return isTerminal && environment["TERM"] != "dumb"
  }
}
