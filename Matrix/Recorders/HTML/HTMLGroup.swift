import Harness

/// Rows of the table that stand together.
struct HTMLGroup {
  var name: String
  var groupAnswer: String
  var rows: [HTMLRow]

  init(_ report: Report, _ group: Report.Group) {
    name = Phrases.heading(PlainText.line(group.name))
    let tally = report.tally(of: group)
    groupAnswer =
      Phrases.count(group.rows.count, "scenario")
      + (tally.unexpected > 0 ? ", \(Phrases.count(tally.unexpected, "cell")) not as expected" : "")
    rows = group.rows.map { HTMLRow(report, $0) }
  }
}

/// One scenario: a row of the table, and a paragraph further down.
struct HTMLRow {
  struct Cell {
    var style: String
    var symbol: String
    var word: String
    /// Where the details stand; nil where there are none.
    var target: String?
  }

  /// Cells of one verdict for one reason.
  struct Line {
    var style: String
    var symbol: String
    var word: String
    var lineReason: String?
    var places: [Place]
  }

  struct Place {
    var placeID: String?
    var label: String
    var time: String?
    /// The details, for a cell that is not as expected.
    var failure: String?
  }

  /// Text with its links taken apart.
  struct NotePart {
    var text: String
    var url: String?
  }

  var rowID: String
  var title: String
  /// `stepping/`, and what follows it.
  var prefix: String
  var shortName: String
  /// The short name in parts between which a narrow column may break it.
  var nameParts: [String]
  var cells: [Cell]
  var lines: [Line]
  var notes: [[NotePart]]

  init(_ report: Report, _ row: RunStart.Row) {
    let index = report.rows.firstIndex(of: row) ?? 0
    rowID = "s\(index)"
    title = PlainText.line(row.title)
    let inGroup = row.name.hasPrefix(row.group + "/")
    prefix = inGroup ? PlainText.line(row.group) + "/" : ""
    shortName = PlainText.line(
      inGroup ? String(row.name.dropFirst(row.group.count + 1)) : row.name)
    nameParts = Self.breakable(shortName)
    notes = row.notes.map(Self.parts)
    cells = []
    lines = []
    for (position, column) in report.columns.enumerated() {
      let target = HTMLText.cellID(row: index, column: position)
      guard let outcome = report.outcome(row, column) else {
        cells.append(
          Cell(style: "none", symbol: NoOutcome.symbol, word: NoOutcome.word, target: nil))
        continue
      }
      let verdict = outcome.verdict
      cells.append(
        Cell(style: verdict.rawValue, symbol: verdict.symbol, word: verdict.word, target: target))
      let id = CellID(column: column.label, scenario: row.name)
      add(outcome, column, target: target, isExpected: Report.isExpected(id, outcome))
    }
    let order = Verdict.allCases.map(\.word)
    lines.sort { order.firstIndex(of: $0.word) ?? 0 < order.firstIndex(of: $1.word) ?? 0 }
  }

  private mutating func add(
    _ outcome: CellOutcome, _ column: Column, target: String, isExpected: Bool
  ) {
    let verdict = outcome.verdict
    // With a cell that is not expected its details say why, with a missing interpreter its own
    // section does.
    let saysWhy = isExpected && verdict != .unavailable
    let reason = saysWhy ? outcome.reason.map(PlainText.line) : nil
    let place = Place(
      placeID: isExpected ? target : nil, label: PlainText.line(column.label),
      time: outcome.duration > .zero ? Phrases.duration(outcome.duration) : nil,
      failure: isExpected ? nil : target)
    let isSame = { (line: Line) in line.word == verdict.word && line.lineReason == reason }
    if let index = lines.firstIndex(where: isSame) {
      lines[index].places.append(place)
    } else {
      lines.append(
        Line(
          style: verdict.rawValue, symbol: verdict.symbol, word: verdict.word, lineReason: reason,
          places: [place]))
    }
  }

  /// `over`, `_recursion` of `over_recursion`.
  private static func breakable(_ name: String) -> [String] {
    name.split(separator: "_", omittingEmptySubsequences: false).enumerated().map { index, part in
      (index > 0 ? "_" : "") + part
    }
  }

  private static func parts(_ note: String) -> [NotePart] {
    PlainText.line(note).split(separator: " ").map { word in
      let isLink = word.hasPrefix("https://") || word.hasPrefix("http://")
      return NotePart(text: String(word), url: isLink ? String(word) : nil)
    }
  }
}

extension HTMLText {
  static func cellID(row: Int, column: Int) -> String { "c\(row)-\(column)" }
}
