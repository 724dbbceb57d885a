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
