/// Text from programs, made fit to be shown to a person.
///
/// A debuggee may write anything: colours, bells, characters that turn the direction of reading.
/// None of that may act where a report is read.
enum PlainText {
  /// Escape sequences are removed, every other control character is made visible. For what a
  /// program wrote.
  static func stripped(_ text: String) -> String { visible(withoutEscapeSequences(text)) }

  /// Every control character but tab and line feed is made visible as in a Swift literal. For
  /// values that are compared: two that differ look different.
  static func visible(_ text: String) -> String {
    var result = String.UnicodeScalarView()
    let scalars = Array(text.unicodeScalars)
    for (index, scalar) in scalars.enumerated() {
      // A carriage return before a line feed ends a line like the line feed alone.
      if scalar == "\r", index + 1 < scalars.count, scalars[index + 1] == "\n" { continue }
      if isHidden(scalar) {
        result.append(contentsOf: "\\u{\(String(scalar.value, radix: 16))}".unicodeScalars)
      } else {
        result.append(scalar)
      }
    }
    return String(result)
  }

  /// The text in one line, with ` ⏎ ` where lines ended.
  static func line(_ text: String) -> String {
    let shown = visible(text)
    guard shown.unicodeScalars.contains("\n") else { return shown }
    return shown.split(separator: "\n", omittingEmptySubsequences: true).joined(separator: " ⏎ ")
  }

  /// The part of a program's output that explains most.
  struct Excerpt {
    enum Part { case all, fatalError, end }

    var text: String
    var part: Part

    /// The stream's name, and which part of it this is.
    func name(of stream: String) -> String {
      switch part {
      case .all: stream
      case .fatalError: "\(stream), from its fatal error on"
      case .end: "\(stream), its end"
      }
    }
  }

  /// All of a text if it has at most so many bytes; else from CPython's "Fatal Python error" on,
  /// which is followed by the frames, the innermost first; else its end.
  static func excerpt(_ text: String, bytes limit: Int) -> Excerpt {
    if text.utf8.count <= limit { return Excerpt(text: text, part: .all) }
    guard let lines = fatalError(in: text) else {
      return Excerpt(text: tail(text, bytes: limit).text, part: .end)
    }
    var kept: [Substring] = []
    var size = 0
    for line in lines {
      size += line.utf8.count + 1
      if size > limit { break }
      kept.append(line)
    }
    return Excerpt(text: kept.joined(separator: "\n"), part: .fatalError)
  }

  /// The same by lines that are not empty.
  static func excerpt(_ text: String, lines limit: Int) -> Excerpt {
    let lines = text.split(separator: "\n")
    if lines.count <= limit { return Excerpt(text: lines.joined(separator: "\n"), part: .all) }
    if let fatal = fatalError(in: text) {
      let kept = fatal.filter { !$0.isEmpty }.prefix(limit)
      return Excerpt(text: kept.joined(separator: "\n"), part: .fatalError)
    }
    return Excerpt(text: lines.suffix(limit).joined(separator: "\n"), part: .end)
  }

  private static func fatalError(in text: String) -> ArraySlice<Substring>? {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    return lines.firstIndex { $0.hasPrefix("Fatal Python error") }.map { lines[$0...] }
  }

  /// The last lines of a text that together have at most so many bytes, and whether that is less
  /// than all of it.
  static func tail(_ text: String, bytes limit: Int) -> (text: String, isCut: Bool) {
    guard text.utf8.count > limit else { return (text, false) }
    var kept: [Substring] = []
    var size = 0
    for line in text.split(separator: "\n", omittingEmptySubsequences: false).reversed() {
      size += line.utf8.count + 1
      if size > limit { break }
      kept.append(line)
    }
    guard kept.isEmpty else { return (kept.reversed().joined(separator: "\n"), true) }
    // One line that is longer than the limit.
    var start = text.utf8.index(text.endIndex, offsetBy: -limit)
    while start < text.endIndex, start.samePosition(in: text.unicodeScalars) == nil {
      start = text.utf8.index(after: start)
    }
    return (String(text[start...]), true)
  }

  /// C0 and C1 controls, and the characters that change the direction of what follows
  /// (UAX #9, explicit formatting) or end a line without being a line feed.
  private static func isHidden(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x09, 0x0A: false
    case 0x00...0x1F, 0x7F...0x9F: true
    case 0x061C, 0x200E, 0x200F, 0x2028, 0x2029, 0x202A...0x202E, 0x2066...0x2069, 0xFEFF: true
    default: false
    }
  }

  /// Removes what ECMA-48 calls control sequences (`ESC [ … letter`), control strings
  /// (`ESC ] … BEL` or `ESC \`) and two-character escapes. A broken one stays, to be made visible.
  private static func withoutEscapeSequences(_ text: String) -> String {
    let scalars = Array(text.unicodeScalars)
    guard scalars.contains("\u{1B}") else { return text }
    var result = String.UnicodeScalarView()
    var index = 0
    while index < scalars.count {
      if scalars[index] == "\u{1B}", let end = endOfEscape(scalars, from: index) {
        index = end
      } else {
        result.append(scalars[index])
        index += 1
      }
    }
    return String(result)
  }

  private static func endOfEscape(_ scalars: [Unicode.Scalar], from start: Int) -> Int? {
    guard start + 1 < scalars.count else { return nil }
    var index = start + 2
    switch scalars[start + 1] {
    case "[":
      while index < scalars.count, (0x20...0x3F).contains(scalars[index].value) { index += 1 }
      guard index < scalars.count, (0x40...0x7E).contains(scalars[index].value) else { return nil }
      return index + 1
    case "]", "P", "X", "^", "_":
      while index < scalars.count {
        if scalars[index] == "\u{07}" { return index + 1 }
        if scalars[index] == "\u{1B}" {
          return index + 1 < scalars.count && scalars[index + 1] == "\\" ? index + 2 : nil
        }
        index += 1
      }
      return nil
    case "0"..."9", "=", ">", "@"..."Z", "a"..."z", "\\": return index
    default: return nil
    }
  }
}
