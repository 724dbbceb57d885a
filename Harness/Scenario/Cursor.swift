/// Reads one line from left to right and knows the column that it stands at.
struct Cursor {
  private let file: String
  private let line: Int
  private let characters: [Character]
  private(set) var index: Int

  init(file: String, line: Int, text: some StringProtocol, skipping: Int = 0) {
    self.file = file
    self.line = line
    characters = Array(text)
    index = skipping
  }

  var location: SourceLocation { SourceLocation(file: file, line: line, column: index + 1) }
  var isAtEnd: Bool { index >= characters.count }
  var next: Character? { isAtEnd ? nil : characters[index] }
  /// What has not been read, without spaces around it.
  var rest: String {
    var end = characters.count
    while end > index, characters[end - 1].isWhitespace { end -= 1 }
    var start = index
    while start < end, characters[start].isWhitespace { start += 1 }
    return String(characters[start..<end])
  }

  func mistake(_ message: String) -> ScenarioDiagnostic {
    ScenarioDiagnostic(location: location, message: message)
  }

  mutating func skipSpaces() {
    while let next, next.isWhitespace { index += 1 }
  }

  /// Reads `text` if it comes next.
  mutating func take(_ text: String) -> Bool {
    guard characters[index...].starts(with: text) else { return false }
    index += text.count
    return true
  }

  /// Reads `word` and the spaces behind it, if it comes next as a whole word.
  mutating func take(word: String) -> Bool {
    let before = index
    guard take(word), isAtEnd || next?.isWhitespace == true else {
      index = before
      return false
    }
    skipSpaces()
    return true
  }

  /// Reads up to the first of `texts`, which is not read, or to the end of the line.
  mutating func take(until texts: [String]) -> String {
    let start = index
    while !isAtEnd, !texts.contains(where: { characters[index...].starts(with: $0) }) {
      index += 1
    }
    return String(characters[start..<index])
  }

  mutating func takeWord() -> String {
    let start = index
    while let next, !next.isWhitespace { index += 1 }
    let word = String(characters[start..<index])
    skipSpaces()
    return word
  }

  mutating func takeLabel() throws(ScenarioDiagnostic) -> String {
    guard take("@") else { throw mistake("expected a label such as @here") }
    let start = index
    while let next, Self.isLabelCharacter(next) { index += 1 }
    guard index > start else {
      throw mistake("a label's name is lower-case letters, digits and '-'")
    }
    return String(characters[start..<index])
  }

  static func isLabelCharacter(_ character: Character) -> Bool {
    character.isASCII && (character.isLowercase || character.isNumber) || character == "-"
  }

  mutating func takeInteger() throws(ScenarioDiagnostic) -> Int {
    let start = index
    while let next, next.isASCII, next.isNumber { index += 1 }
    guard let number = Int(String(characters[start..<index])) else {
      index = start
      throw mistake("expected a whole number")
    }
    return number
  }

  mutating func takeQuoted() throws(ScenarioDiagnostic) -> String {
    guard take("\"") else { throw mistake("expected a text in double quotes") }
    var text = ""
    while let character = next {
      index += 1
      switch character {
      case "\"": return text
      case "\\": text.append(try takeEscape())
      default: text.append(character)
      }
    }
    throw mistake("the text has no closing double quote")
  }

  private mutating func takeEscape() throws(ScenarioDiagnostic) -> Character {
    let escapes: [Character: Character] = ["n": "\n", "t": "\t", "\"": "\"", "\\": "\\"]
    guard let next, let character = escapes[next] else {
      throw mistake("only \\n, \\t, \\\" and \\\\ can follow a backslash")
    }
    index += 1
    return character
  }

  /// Reads a bracketed name such as `['a [key]']`, up to the bracket that closes it.
  mutating func takeBracketed() throws(ScenarioDiagnostic) -> String {
    let start = index
    var depth = 0
    var quote: Character?
    while let character = next {
      index += 1
      if let open = quote {
        if character == "\\" { index += 1 } else if character == open { quote = nil }
        continue
      }
      switch character {
      case "'", "\"": quote = character
      case "[", "(", "{": depth += 1
      case "]", ")", "}": depth -= 1
      default: break
      }
      if depth == 0 { return String(characters[start..<min(index, characters.count)]) }
    }
    index = start
    throw mistake("the bracket is not closed")
  }

  func expectEnd() throws(ScenarioDiagnostic) {
    if !isAtEnd { throw mistake("did not expect '\(rest)' here") }
  }
}
