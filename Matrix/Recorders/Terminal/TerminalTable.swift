import Harness

/// The table of a run in a terminal: scenarios down, interpreters across, one character a cell.
struct TerminalTable {
  var report: Report
  var width: Int
  var style: TerminalStyle

  private static let indent = "  "
  private static let gap = 2

  var text: String {
    guard report.tally.planned > 0 else { return "" }
    return blocks.map(block).joined(separator: "\n") + "\n" + legend
  }

  // MARK: Layout

  /// The words of a label, the first above the others: `3.13` above `static`.
  private func heading(_ column: Column) -> (String, String) {
    let words = PlainText.line(column.label).split(separator: " ", maxSplits: 1).map(String.init)
    return (words.first ?? "", words.dropFirst().first ?? "")
  }

  private func columnWidth(_ column: Column) -> Int {
    let (first, second) = heading(column)
    return max(1, DisplayWidth.of(first), DisplayWidth.of(second))
  }

  /// At most half of the width, so that columns have a place.
  private var nameWidth: Int {
    let names = report.rows.map { DisplayWidth.of(name($0)) + Self.indent.count }
    let groups = report.groups.map { DisplayWidth.of($0.name) }
    return min((names + groups).max() ?? 0, max(12, width / 2))
  }

  /// The columns, in as many parts as it takes for each to fit; at least one column each.
  private var blocks: [[Column]] {
    var blocks: [[Column]] = []
    var used = 0
    for column in report.columns {
      let needed = Self.gap + columnWidth(column)
      if blocks.isEmpty || used + needed > width {
        blocks.append([])
        used = nameWidth
      }
      blocks[blocks.count - 1].append(column)
      used += needed
    }
    return blocks
  }

  /// The name within its group.
  private func name(_ row: RunStart.Row) -> String {
    let inGroup = row.name.hasPrefix(row.group + "/")
    return PlainText.line(String(inGroup ? row.name.dropFirst(row.group.count + 1) : row.name[...]))
  }

  // MARK: Lines

  private func block(_ columns: [Column]) -> String {
    let headings = columns.map(heading)
    var lines = [
      line("", columns.indices.map { (headings[$0].0, .strong) }, columns),
      line("", columns.indices.map { (headings[$0].1, nil) }, columns),
    ].filter { !$0.isEmpty }
    for group in report.groups {
      // A scenario outside any folder is a group by itself and needs no line for it.
      let isAlone = group.rows.count == 1 && group.rows[0].name == group.name
      if !isAlone { lines.append(style(PlainText.line(group.name), .strong)) }
      for row in group.rows {
        let cells = columns.map { column -> (String, TerminalStyle.Paint?) in
          guard let outcome = report.outcome(row, column) else {
            return (NoOutcome.symbol, .warning)
          }
          return (outcome.verdict.symbol, outcome.verdict.paint)
        }
        lines.append(line((isAlone ? "" : Self.indent) + name(row), cells, columns))
      }
    }
    return lines.map { $0 + "\n" }.joined()
  }

  private func line(
    _ name: String, _ cells: [(text: String, paint: TerminalStyle.Paint?)], _ columns: [Column]
  ) -> String {
    var result = DisplayWidth.padded(DisplayWidth.cut(name, to: nameWidth), to: nameWidth)
    var spaces = 0
    for (cell, column) in zip(cells, columns) {
      spaces += Self.gap
      if !cell.text.isEmpty {
        result += String(repeating: " ", count: spaces) + style(cell.text, cell.paint)
        spaces = 0
      }
      spaces += columnWidth(column) - DisplayWidth.of(cell.text)
    }
    return result.allSatisfy({ $0 == " " }) ? "" : result
  }

  /// Only what occurs.
  private var legend: String {
    var entries = report.tally.byVerdict.map { verdict, _ in
      (verdict.symbol, verdict.word, Optional(verdict.paint))
    }
    if report.tally.missing > 0 { entries.append((NoOutcome.symbol, NoOutcome.word, .warning)) }
    var result = ""
    var used = 0
    for (symbol, word, paint) in entries {
      let size = DisplayWidth.of("\(symbol) \(word)")
      if used > 0 {
        let fits = used + 3 + size <= width
        result += fits ? "   " : "\n"
        used = fits ? used + 3 : 0
      }
      result += style(symbol, paint) + " " + word
      used += size
    }
    return result + "\n"
  }
}
