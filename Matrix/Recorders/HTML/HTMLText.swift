/// Text inside a page.
enum HTMLText {
  static let documentOpening = "<script type=\"application/json\" id=\"run\">"

  /// For element content and quoted attributes. Works on scalars: a combining mark behind a quote
  /// makes one character of both, and the quote would stay.
  static func escaped(_ text: String) -> String {
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result.append(contentsOf: "&amp;".unicodeScalars)
      case "<": result.append(contentsOf: "&lt;".unicodeScalars)
      case ">": result.append(contentsOf: "&gt;".unicodeScalars)
      case "\"": result.append(contentsOf: "&quot;".unicodeScalars)
      case "'": result.append(contentsOf: "&#39;".unicodeScalars)
      case "\0": result.append("\u{FFFD}")
      default: result.append(scalar)
      }
    }
    return String(result)
  }

  /// JSON that cannot end the element it stands in; every JSON reader gives the same value.
  static func escapedDocument(_ json: String) -> String {
    var result = String.UnicodeScalarView()
    for scalar in json.unicodeScalars {
      switch scalar {
      case "<": result.append(contentsOf: "\\u003c".unicodeScalars)
      case ">": result.append(contentsOf: "\\u003e".unicodeScalars)
      case "&": result.append(contentsOf: "\\u0026".unicodeScalars)
      default: result.append(scalar)
      }
    }
    return String(result)
  }
}
