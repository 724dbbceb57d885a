import ArgumentParser
import Glibc
import SystemPackage

/// What is said to the person at the terminal, as opposed to a result.
enum Message {
  static func write(_ text: String) {
    _ = try? FileDescriptor.standardError.writeAll("\(VisibleText.of(text))\n".utf8)
  }
}

/// Text in which nothing controls a terminal.
///
/// Names, values and tracebacks come from the program that is attached to, which may put sequences
/// into them that move the cursor, change the title or hide what was printed before.
enum VisibleText {
  /// Control characters but line breaks and tabs, and those that reorder text, as escapes.
  static func of(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: isHidden) else { return text }
    return String(
      String.UnicodeScalarView(
        text.unicodeScalars.flatMap { scalar -> [Unicode.Scalar] in
          guard isHidden(scalar) else { return [scalar] }
          let digits = String(scalar.value, radix: 16)
          let width = scalar.value > 0xff ? 4 : 2
          let escape =
            (width == 4 ? "\\u" : "\\x")
            + String(repeating: "0", count: max(0, width - digits.count)) + digits
          return Array(escape.unicodeScalars)
        }))
  }

  private static func isHidden(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x09, 0x0a: false
    case 0x00..<0x20, 0x7f..<0xa0: true
    case 0x200e, 0x200f, 0x202a...0x202e, 0x2066...0x2069: true
    default: false
    }
  }

  /// A result for standard output: made visible for a terminal, and as it is for a file or a pipe.
  static func printResult(_ text: String) {
    print(isatty(STDOUT_FILENO) == 1 ? of(text) : text)
  }
}

/// How a command prints its result: `--format`.
enum OutputFormat: String, ExpressibleByArgument, CaseIterable {
  case text, json
}

extension String {
  /// With spaces behind it, up to `width` characters.
  func padded(to width: Int) -> String {
    self + String(repeating: " ", count: max(0, width - count))
  }
}
