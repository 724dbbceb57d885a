/// Text inside GitHub's Markdown.
enum MarkdownText {
  /// Plain text in one line: nothing in it acts as Markdown, as HTML, or as a mention of a person
  /// or an issue. Fits a cell of a table.
  static func inline(_ text: String) -> String {
    var result = String.UnicodeScalarView()
    for scalar in PlainText.line(text).unicodeScalars {
      switch scalar {
      case "\\", "`", "*", "_", "[", "]", "|", "~", "$", "!":
        result.append("\\")
        result.append(scalar)
      case "&": result.append(contentsOf: "&amp;".unicodeScalars)
      case "<": result.append(contentsOf: "&lt;".unicodeScalars)
      case ">": result.append(contentsOf: "&gt;".unicodeScalars)
      // An empty comment behind them stops `@name` and `#1` from becoming links.
      case "@", "#":
        result.append(scalar)
        result.append(contentsOf: "<!-- -->".unicodeScalars)
      default: result.append(scalar)
      }
    }
    return String(result)
  }

  /// Code in one line, for a cell of a table: there, a bar ends the cell even inside code.
  static func tableCode(_ text: String) -> String {
    code(text).split(separator: "|", omittingEmptySubsequences: false).joined(separator: "\\|")
  }

  /// Code in one line.
  static func code(_ text: String) -> String {
    let line = PlainText.line(text)
    guard !line.isEmpty else { return "" }
    let fence = String(repeating: "`", count: longestRun(of: "`", in: line) + 1)
    let needsSpace = line.hasPrefix("`") || line.hasSuffix("`")
    return needsSpace ? "\(fence) \(line) \(fence)" : "\(fence)\(line)\(fence)"
  }

  /// A block of text in which nothing acts, whatever it holds.
  static func block(_ text: String) -> String {
    let shown = PlainText.visible(text)
    let fence = String(repeating: "`", count: max(3, longestRun(of: "`", in: shown) + 1))
    let ending = shown.hasSuffix("\n") ? "" : "\n"
    return "\(fence)text\n\(shown)\(ending)\(fence)\n"
  }

  private static func longestRun(of scalar: Unicode.Scalar, in text: String) -> Int {
    var longest = 0
    var current = 0
    for next in text.unicodeScalars {
      current = next == scalar ? current + 1 : 0
      longest = max(longest, current)
    }
    return longest
  }
}
