import CPython

/// Reads one statement of a script, without its details.
struct StatementParser {
  private var cursor: Cursor
  private static let known = """
    run, continue, step, pause, detach, wait, break, clear, hits, stack, evaluate, variables, \
    children, expand, output or input
    """

  init(_ cursor: Cursor) {
    self.cursor = cursor
    self.cursor.skipSpaces()
  }

  mutating func parse() throws(ScenarioDiagnostic) -> Statement {
    let only = try takeRange(&cursor)
    let location = cursor.location
    let text = cursor.rest
    let keyword = cursor.takeWord()
    var action = try parseGoing(keyword)
    if action == nil { action = try parseBreakpoint(keyword) }
    if action == nil { action = try parseLook(keyword) }
    guard let action else {
      throw ScenarioDiagnostic(
        location: location,
        message: "'\(keyword)' is not a statement; it starts with \(Self.known)")
    }
    return Statement(location: location, text: text, only: only, action: action)
  }

  // MARK: Going on

  private mutating func parseGoing(_ keyword: String) throws(ScenarioDiagnostic) -> Action? {
    let going: Action.Going
    switch keyword {
    case "run": going = .run
    case "continue": going = .resume
    case "pause": going = .pause
    case "detach": going = .detach
    case "wait": going = .wait
    case "step": going = try parseStep()
    default: return nil
    }
    guard cursor.take(word: "->") else {
      throw cursor.mistake("expected '->' and what must be seen, such as '-> exit 0'")
    }
    return .go(going, expecting: try parseOutcome())
  }

  private mutating func parseStep() throws(ScenarioDiagnostic) -> Action.Going {
    if cursor.take(word: "into") { return .stepInto }
    if cursor.take(word: "over") { return .stepOver }
    if cursor.take(word: "out") { return .stepOut }
    throw cursor.mistake("expected 'into', 'over' or 'out'")
  }

  private mutating func parseOutcome() throws(ScenarioDiagnostic) -> Outcome {
    let start = cursor
    let outcome: Outcome
    switch cursor.takeWord() {
    case "breakpoint": outcome = .breakpoint(try parsePlace())
    case "step": outcome = .step(try parsePlace())
    case "paused": outcome = .paused(try parsePlace())
    case "running": outcome = .running
    case "exit": outcome = .exit(try cursor.takeInteger())
    case "killed":
      let name = cursor.takeWord()
      guard let signal = SignalName.number(of: name) else {
        throw start.mistake("'\(name)' is not the name of a signal that ends programs")
      }
      outcome = .killed(signal: signal)
    default:
      throw start.mistake(
        "expected 'breakpoint', 'step', 'paused', 'exit', 'killed' or 'running'")
    }
    cursor.skipSpaces()
    try cursor.expectEnd()
    return outcome
  }

  private mutating func parsePlace() throws(ScenarioDiagnostic) -> Place {
    var lines = [try parseLine()]
    while cursor.take("|") { lines.append(try parseLine()) }
    cursor.skipSpaces()
    guard cursor.take(word: "in") else { return Place(lines: lines, function: nil) }
    return Place(lines: lines, function: cursor.takeWord())
  }

  private mutating func parseLine() throws(ScenarioDiagnostic) -> Place.Line {
    if cursor.take(word: "after") { return .after(label: try cursor.takeLabel()) }
    return .at(label: try cursor.takeLabel())
  }

  // MARK: Breakpoints

  private mutating func parseBreakpoint(_ keyword: String) throws(ScenarioDiagnostic) -> Action? {
    switch keyword {
    case "break":
      let label = try cursor.takeLabel()
      cursor.skipSpaces()
      var spec = BreakpointSpec(label: label)
      spec.condition = parseCondition()
      spec.passCount = try parsePassCount()
      return .setBreakpoint(spec, expecting: try parseBinding())
    case "clear":
      let label = try cursor.takeLabel()
      try cursor.expectEnd()
      return .clearBreakpoint(label: label)
    case "hits":
      let label = try cursor.takeLabel()
      cursor.skipSpaces()
      guard cursor.take(word: "->") else { throw cursor.mistake("expected '->' and a number") }
      let count = try cursor.takeInteger()
      try cursor.expectEnd()
      return .hits(label: label, count: count)
    default: return nil
    }
  }

  private mutating func parseCondition() -> BreakpointSpec.Condition? {
    guard cursor.take(word: "when") else { return nil }
    let text = cursor.take(until: [" every ", " on hit ", " from hit ", " -> "])
    cursor.skipSpaces()
    guard text.hasSuffix(" changes") else { return .whenTrue(text) }
    return .whenChanged(String(text.dropLast(" changes".count)))
  }

  private mutating func parsePassCount() throws(ScenarioDiagnostic) -> BreakpointSpec.PassCount? {
    let make: (Int) -> BreakpointSpec.PassCount
    if cursor.take(word: "every") {
      make = { .every($0) }
    } else if cursor.take("on hit ") {
      make = { .on($0) }
    } else if cursor.take("from hit ") {
      make = { .from($0) }
    } else {
      return nil
    }
    let start = cursor
    let count = try cursor.takeInteger()
    guard count > 0 else { throw start.mistake("hits are counted from 1") }
    cursor.skipSpaces()
    return make(count)
  }

  private mutating func parseBinding() throws(ScenarioDiagnostic) -> Action.Binding? {
    guard cursor.take(word: "->") else {
      try cursor.expectEnd()
      return nil
    }
    guard let binding = Action.Binding(rawValue: cursor.rest) else {
      throw cursor.mistake("expected 'bound' or 'pending'")
    }
    return binding
  }

  // MARK: Looking

  private mutating func parseLook(_ keyword: String) throws(ScenarioDiagnostic) -> Action? {
    switch keyword {
    case "stack": return try parseStack()
    case "evaluate":
      let (expression, expected) = try takeExpressionAndArrow()
      guard let expected else { throw cursor.mistake("expected '->' and the value's repr") }
      guard expected.hasPrefix("raises ") else {
        return .evaluate(expression, expecting: .repr(expected))
      }
      return .evaluate(expression, expecting: .raises(String(expected.dropFirst(7))))
    case "variables":
      try cursor.expectEnd()
      return .variables(Listing(details: []))
    case "children", "expand":
      let (subject, expected) = try takeExpressionAndArrow()
      let listing = Listing(count: try count(of: expected), details: [])
      return keyword == "children"
        ? .children(of: subject, listing) : .expand(name: subject, listing)
    case "output", "input":
      let text = try cursor.takeQuoted()
      try cursor.expectEnd()
      return keyword == "output" ? .output(text) : .input(text)
    default: return nil
    }
  }

  private mutating func parseStack() throws(ScenarioDiagnostic) -> Action {
    guard cursor.take(word: "->") else { throw cursor.mistake("expected '->' and the frames") }
    var frames: [FramePattern] = []
    while true {
      if cursor.take("...") {
        try cursor.expectEnd()
        return .stack(frames, andMore: true)
      }
      let function = cursor.takeWord()
      frames.append(FramePattern(function: function, line: try parseLine()))
      guard cursor.take(",") else { break }
      cursor.skipSpaces()
    }
    try cursor.expectEnd()
    return .stack(frames, andMore: false)
  }

  private mutating func takeExpressionAndArrow() throws(ScenarioDiagnostic) -> (String, String?) {
    let expression = cursor.take(until: [" -> "])
    guard !expression.isEmpty else { throw cursor.mistake("expected a name or an expression") }
    guard !cursor.isAtEnd else { return (expression, nil) }
    cursor.skipSpaces()
    _ = cursor.take(word: "->")
    return (expression, cursor.rest)
  }

  private func count(of text: String?) throws(ScenarioDiagnostic) -> Int? {
    guard let text else { return nil }
    let words = text.split(separator: " ")
    guard words.count == 2, words[1] == "children" || words[1] == "child", let count = Int(words[0])
    else { throw cursor.mistake("expected a number of children, such as '-> 3 children'") }
    return count
  }
}

/// Reads a version range in braces and the spaces behind it, if one comes next.
func takeRange(_ cursor: inout Cursor) throws(ScenarioDiagnostic) -> VersionRange? {
  guard cursor.next == "{" else { return nil }
  let start = cursor
  let text = try cursor.takeBracketed().dropFirst().dropLast()
  cursor.skipSpaces()
  do {
    return try VersionRange(parsing: String(text))
  } catch {
    throw start.mistake(error.description)
  }
}

/// Reads one detail line of `variables`, `children` or `expand`.
struct DetailParser {
  private var cursor: Cursor
  private static let flags = [" (expandable)", " (not expandable)"]

  init(_ cursor: Cursor) {
    self.cursor = cursor
    self.cursor.skipSpaces()
  }

  mutating func parse() throws(ScenarioDiagnostic) -> Listing.Detail {
    // A key of a set may look like a range, a range never like a name: names start with no brace.
    let only = try takeRange(&cursor)
    let location = cursor.location
    let text = cursor.rest
    return Listing.Detail(
      location: location, text: text, only: only, entry: try parseEntry())
  }

  private mutating func parseEntry() throws(ScenarioDiagnostic) -> Listing.Entry {
    if cursor.rest == "..." { return .anyNumber }
    if cursor.take("!") {
      let name = try takeName()
      try cursor.expectEnd()
      return .absent(name)
    }
    var item = Listing.Item(name: try takeName())
    if cursor.take(": ") {
      item.type = cursor.take(until: [" = ", " ~ "] + Self.flags)
    }
    item.value = try takeValue()
    item.isExpandable = takeFlag()
    try cursor.expectEnd()
    return .item(item)
  }

  private mutating func takeName() throws(ScenarioDiagnostic) -> String {
    if cursor.next == "[" { return try cursor.takeBracketed() }
    let name = cursor.take(until: [": ", " = ", " ~ "] + Self.flags)
    guard !name.isEmpty else { throw cursor.mistake("expected a name") }
    return name
  }

  private mutating func takeValue() throws(ScenarioDiagnostic) -> Listing.Item.Value? {
    if cursor.take(" = ") {
      return .exact(cursor.take(until: Self.flagEnds(cursor.rest)))
    }
    guard cursor.take(" ~ ") else { return nil }
    let start = cursor
    let pattern = cursor.take(until: Self.flagEnds(cursor.rest))
    do {
      _ = try Regex(pattern)
    } catch {
      throw start.mistake("'\(pattern)' is not a regular expression")
    }
    return .pattern(pattern)
  }

  /// A value ends at a flag only where that stands at the end of the line.
  private static func flagEnds(_ rest: String) -> [String] {
    flags.filter { rest.hasSuffix($0) }
  }

  private mutating func takeFlag() -> Bool? {
    cursor.skipSpaces()
    if cursor.take("(expandable)") { return true }
    return cursor.take("(not expandable)") ? false : nil
  }
}
