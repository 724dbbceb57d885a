import CPython

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
