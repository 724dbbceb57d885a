/// How many places text takes in a terminal.
enum DisplayWidth {
  static func of(_ text: some StringProtocol) -> Int {
    text.unicodeScalars.reduce(0) { $0 + width($1) }
  }

  /// The text with spaces behind it up to the width.
  static func padded(_ text: String, to width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - of(text)))
  }

  /// The text itself if it fits, else its beginning and `…`.
  static func cut(_ text: String, to limit: Int) -> String {
    if of(text) <= limit { return text }
    if limit < 1 { return "" }
    var result = ""
    var used = 1
    for character in text {
      used += of(String(character))
      if used > limit { break }
      result.append(character)
    }
    return result + "…"
  }

  /// Lines of at most the width, broken at spaces where there are some.
  static func wrapped(_ text: String, to width: Int) -> [String] {
    text.split(separator: "\n", omittingEmptySubsequences: false).flatMap { line -> [String] in
      var lines: [String] = []
      var current = ""
      for word in line.split(separator: " ", omittingEmptySubsequences: false).map(String.init) {
        let longer = current.isEmpty ? word : current + " " + word
        if of(longer) <= width || current.isEmpty {
          current = longer
        } else {
          lines.append(current)
          current = word
        }
      }
      return lines + [current]
    }
  }

  private static func width(_ scalar: Unicode.Scalar) -> Int {
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .format: return 0
    default: break
    }
    // The wide and full-width ranges of UAX #11 that text in practice uses.
    switch scalar.value {
    case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF,
      0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F900...0x1F9FF,
      0x20000...0x3FFFD:
      return 2
    default: return 1
    }
  }
}
