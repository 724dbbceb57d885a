import CPython

extension Scenario {
  /// Reads a scenario and its companions.
  ///
  /// - Parameters:
  ///   - name: its path below the scenarios' folder, without `.py`.
  ///   - display: what to call the file in mistakes; usually its path.
  ///   - companions: the files of its `.d` folder, with paths below that folder.
  /// - Throws: every mistake found.
  public static func parse(
    name: String, display: String, text: String, companions: [File] = []
  ) throws(ScenarioDiagnostics) -> Scenario {
    var parser = ScenarioParser(name: name, display: display, text: text)
    return try parser.parse(companions: companions)
  }
}

private struct ScenarioParser {
  private let display: String
  private let lines: [String]
  private var scenario: Scenario
  private var mistakes: [ScenarioDiagnostic] = []

  init(name: String, display: String, text: String) {
    self.display = display
    lines = text.sourceLines
    let file = name.split(separator: "/").last.map(String.init) ?? name
    scenario = Scenario(
      name: name, title: "", python: nil, timeout: nil, differences: [], links: [],
      files: [Scenario.File(path: "\(file).py", text: text)], labels: [:], script: [])
  }

  mutating func parse(companions: [Scenario.File]) throws(ScenarioDiagnostics) -> Scenario {
    scenario.files += companions
    note { parser throws(ScenarioDiagnostic) in try parser.parseTitle() }
    parseHeader()
    for file in scenario.files { parseLabels(of: file) }
    parseScript()
    // A statement that could not be read may have been the end that is missed.
    let isWhole = mistakes.isEmpty
    mistakes += ScriptCheck.mistakes(in: scenario, display: display, isWhole: isWhole)
    guard mistakes.isEmpty else {
      throw ScenarioDiagnostics(
        mistakes: mistakes.sorted {
          ($0.location.line, $0.location.column) < ($1.location.line, $1.location.column)
        })
    }
    return scenario
  }

  /// Keeps a mistake and goes on, so that one run shows them all.
  private mutating func note(_ body: (inout Self) throws(ScenarioDiagnostic) -> Void) {
    do throws(ScenarioDiagnostic) { try body(&self) } catch { mistakes.append(error) }
  }

  private func cursor(_ index: Int, skipping: Int = 0) -> Cursor {
    Cursor(file: display, line: index + 1, text: lines[index], skipping: skipping)
  }

  // MARK: Title and header

  private mutating func parseTitle() throws(ScenarioDiagnostic) {
    let quotes = "\"\"\""
    let line = lines[0]
    guard line.hasPrefix(quotes), line.count > 6, line.hasSuffix(quotes) else {
      throw cursor(0).mistake(
        "the file must start with its title: one line in three double quotes")
    }
    scenario.title = String(line.dropFirst(3).dropLast(3))
  }

  private mutating func parseHeader() {
    for index in lines.indices.dropFirst() {
      guard lines[index].hasPrefix("# "), let colon = lines[index].firstIndex(of: ":") else {
        return
      }
      let key = lines[index][..<colon].dropFirst(2)
      guard key.allSatisfy(\.isLetter) else { return }
      var value = cursor(index, skipping: key.count + 3)
      value.skipSpaces()
      note { parser throws(ScenarioDiagnostic) in
        try parser.parseHeader(String(key), value, at: index)
      }
    }
  }

  private mutating func parseHeader(_ key: String, _ value: Cursor, at index: Int)
    throws(ScenarioDiagnostic)
  {
    switch key {
    case "python": scenario.python = try range(value.rest, at: value)
    case "timeout":
      guard let timeout = CellTimeout.parse(value.rest) else {
        throw value.mistake("expected \(CellTimeout.expectation)")
      }
      scenario.timeout = timeout
    case "differs":
      var reason = value
      let text = reason.takeWord()
      guard reason.rest.contains("https://") else {
        throw value.mistake("expected a version range, the reason and a link (https://…)")
      }
      scenario.differences.append(
        Scenario.Difference(range: try range(text, at: value), reason: reason.rest))
    case "see": scenario.links.append(value.rest)
    default:
      throw cursor(index, skipping: 2).mistake(
        "'\(key)' is not known here; known are python, timeout, differs and see")
    }
  }

  private func range(_ text: String, at cursor: Cursor) throws(ScenarioDiagnostic) -> VersionRange {
    do {
      return try VersionRange(parsing: text)
    } catch {
      throw cursor.mistake(error.description)
    }
  }

  // MARK: Labels

  private mutating func parseLabels(of file: Scenario.File) {
    let shown = file == scenario.files[0] ? display : file.path
    for (index, line) in file.text.sourceLines.enumerated() where !line.hasPrefix("#>") {
      guard let hash = line.lastIndex(of: "#") else { continue }
      let comment = line[line.index(after: hash)...]
      guard comment.drop(while: \.isWhitespace).first == "@" else { continue }
      let column = line.distance(from: line.startIndex, to: hash) + 1
      var cursor = Cursor(file: shown, line: index + 1, text: line, skipping: column)
      note { parser throws(ScenarioDiagnostic) in
        try parser.parseLabels(&cursor, at: Scenario.Position(file: file.path, line: index + 1))
      }
    }
  }

  private mutating func parseLabels(_ cursor: inout Cursor, at position: Scenario.Position)
    throws(ScenarioDiagnostic)
  {
    cursor.skipSpaces()
    while !cursor.isAtEnd {
      let start = cursor
      let label = try cursor.takeLabel()
      guard cursor.isAtEnd || cursor.next?.isWhitespace == true else {
        throw cursor.mistake("a label's name is lower-case letters, digits and '-'")
      }
      cursor.skipSpaces()
      if let other = scenario.labels.updateValue(position, forKey: label) {
        throw start.mistake("@\(label) stands at \(other.file):\(other.line) already")
      }
    }
  }

  // MARK: Script

  private mutating func parseScript() {
    var hasBegun = false
    for index in lines.indices {
      guard lines[index].hasPrefix("#>") else {
        if hasBegun, let start = lines[index].firstIndex(where: { !$0.isWhitespace }),
          lines[index][start] != "#"
        {
          let column = lines[index].distance(from: lines[index].startIndex, to: start)
          mistakes.append(
            cursor(index, skipping: column).mistake(
              "the script must stand at the end of the file; move this line above it"))
          // The lines below it are not worth a mistake each.
          hasBegun = false
        }
        continue
      }
      hasBegun = true
      let text = lines[index].dropFirst(2)
      guard text.contains(where: { !$0.isWhitespace }) else { continue }
      let line = cursor(index, skipping: 2)
      note { parser throws(ScenarioDiagnostic) in
        if text.hasPrefix("    ") {
          try parser.addDetail(line)
        } else {
          try parser.addStatement(line)
        }
      }
    }
  }

  private mutating func addStatement(_ line: Cursor) throws(ScenarioDiagnostic) {
    var parser = StatementParser(line)
    scenario.script.append(try parser.parse())
  }

  private mutating func addDetail(_ line: Cursor) throws(ScenarioDiagnostic) {
    var parser = DetailParser(line)
    let detail = try parser.parse()
    let last = scenario.script.indices.last
    switch last.map({ scenario.script[$0].action }) {
    case .variables(var listing):
      listing.details.append(detail)
      replaceLast(.variables(listing))
    case .children(let expression, var listing):
      listing.details.append(detail)
      replaceLast(.children(of: expression, listing))
    case .expand(let name, var listing):
      listing.details.append(detail)
      replaceLast(.expand(name: name, listing))
    default:
      throw ScenarioDiagnostic(
        location: detail.location,
        message: "details can only follow 'variables', 'children' or 'expand'")
    }
  }

  private mutating func replaceLast(_ action: Action) {
    scenario.script[scenario.script.count - 1].action = action
  }
}

extension String {
  /// The lines as Python counts them: without a byte order mark, ended by LF, CRLF or CR.
  ///
  /// Works on scalars, as CR and LF together are one character.
  fileprivate var sourceLines: [String] {
    var scalars = unicodeScalars[...]
    if scalars.first == "\u{FEFF}" { scalars.removeFirst() }
    var lines: [String] = []
    var line = String.UnicodeScalarView()
    var previous: Unicode.Scalar?
    for scalar in scalars {
      defer { previous = scalar }
      switch scalar {
      case "\n" where previous == "\r": continue
      case "\n", "\r":
        lines.append(String(line))
        line = String.UnicodeScalarView()
      default: line.append(scalar)
      }
    }
    return lines + [String(line)]
  }
}
