import CPython
import Harness
import Interpreters
import SystemPackage

/// A report as Markdown. Headings start at the third level, as the text stands inside a page of
/// others.
public enum MarkdownReport {
  /// GitHub drops a step summary above 1 MiB; several steps' may be joined by the reader.
  public static let sizeLimit = 900 * 1024

  /// Room for what is always said, after the parts that may be left out.
  private static let reserve = 4 * 1024

  /// - Parameter limit: Bytes that the text does not exceed; what is left out is said.
  public static func text(_ report: Report, limit: Int = sizeLimit) -> String {
    var text = head(report)
    guard report.tally.planned > 0 else { return text }
    var room = max(0, limit - reserve - text.utf8.count)

    func append<Parts: Sequence<String>>(_ parts: Parts) -> Int {
      var left = 0
      for part in parts {
        // Once one is left out, all after it are: a gap would look like an order.
        if left > 0 || part.utf8.count > room {
          left += 1
        } else {
          text += part
          room -= part.utf8.count
        }
      }
      return left
    }

    var left = append([tableHead(report)] + report.rows.map { tableRow($0, report) })
    if left > 0 {
      text +=
        "\n\(Phrases.count(left, "line")) of the table left out: the text would be too long.\n"
    }
    text += "\n" + legend(report)

    let unexpected = report.unexpected
    if !unexpected.isEmpty {
      text += "\n#### Not as expected\n\n"
      left = append(
        unexpected.lazy.map { MarkdownFailure(report, $0.cell, $0.outcome).text })
      if left > 0 {
        text +=
          "\n\(Phrases.count(left, "more cell")) left out: the text would be too long."
          + " All are in `report.html` and `report.json`.\n\n"
      }
    }
    text += "\n"
    _ = append([interpreters(report)])
    return text
  }

  // MARK: Parts

  private static func head(_ report: Report) -> String {
    let summary = report.summary
    let symbol =
      switch summary.tone {
      case .good: "✅"
      case .bad: "❌"
      case .open: "⚠️"
      }
    var text = "### \(symbol) \(MarkdownText.inline(summary.headline))\n\n"
    if !summary.remarks.isEmpty {
      text += summary.remarks.map(MarkdownText.inline).joined(separator: " ") + "\n\n"
    }
    guard let start = report.start else { return text }
    let date = UTCDate(seconds: start.date)
    text += "\(MarkdownText.inline(report.countLine)). "
    text += "matrix \(MarkdownText.inline(start.toolVersion)), \(date.day) \(date.time) UTC, "
    text += "\(MarkdownText.inline(start.machine)).\n"
    return text + "\n"
  }

  private static func tableHead(_ report: Report) -> String {
    let labels = report.columns.map { column in
      column.label.split(separator: " ").map { MarkdownText.inline(String($0)) }
        .joined(separator: "<br>")
    }
    return "| scenario | " + labels.joined(separator: " | ") + " |\n|---|"
      + String(repeating: ":-:|", count: labels.count) + "\n"
  }

  private static func tableRow(_ row: RunStart.Row, _ report: Report) -> String {
    let cells = report.columns.map { column -> String in
      guard let outcome = report.outcome(row, column) else {
        return "\(NoOutcome.symbol) \(NoOutcome.word)"
      }
      let cell = CellID(column: column.label, scenario: row.name)
      let symbol = MarkdownText.inline(outcome.verdict.symbol)
      // What is as expected stays short: the legend has the words.
      if Report.isExpected(cell, outcome) { return symbol }
      return "**\(symbol) \(outcome.verdict.word)**"
    }
    return "| \(MarkdownText.inline(row.title))<br>\(MarkdownText.tableCode(row.name)) | "
      + cells.joined(separator: " | ") + " |\n"
  }

  private static func legend(_ report: Report) -> String {
    var entries = report.tally.byVerdict.map {
      "\(MarkdownText.inline($0.verdict.symbol)) \($0.verdict.word) (\($0.count))"
    }
    if report.tally.missing > 0 {
      entries.append("\(NoOutcome.symbol) \(NoOutcome.word) (\(report.tally.missing))")
    }
    return entries.joined(separator: ", ") + "\n"
  }

  private static func interpreters(_ report: Report) -> String {
    var text = "<details><summary>Interpreters</summary>\n\n"
    text += "| label | version | build | path |\n|---|---|---|---|\n"
    for column in report.columns {
      let label = MarkdownText.inline(column.label)
      switch column.runtime {
      case .interpreter(let interpreter):
        let flags = interpreter.abiFlags.description
        let build =
          (interpreter.isShared ? "shared" : "static") + (flags.isEmpty ? "" : " \(flags)")
        text += "| \(label) | \(interpreter.version) | \(build) |"
        text += " \(MarkdownText.tableCode(interpreter.path.string)) |\n"
      case .missing(let hint):
        text += "| \(label) | unavailable | | \(MarkdownText.inline(hint)) |\n"
      }
    }
    return text + "\n</details>\n"
  }
}

/// One cell that is not as expected, folded.
struct MarkdownFailure {
  var text: String

  /// Bytes of the debuggee's output that are shown.
  private static let outputLimit = 4096

  init(_ report: Report, _ cell: CellID, _ outcome: CellOutcome) {
    let verdict = outcome.verdict
    // Inside an HTML block; the empty line behind it starts Markdown again.
    let name = HTMLText.escaped(PlainText.line(cell.scenario))
    let column = HTMLText.escaped(PlainText.line(cell.column))
    text = "<details><summary>\(verdict.symbol) \(verdict.word): <code>\(name)</code>"
    text += " on <b>\(column)</b></summary>\n\n"
    if let reason = outcome.reason { text += MarkdownText.inline(reason) + "\n\n" }
    for step in outcome.steps {
      guard case .mismatch(let expected, let seen) = step.result else { continue }
      text += "\(MarkdownText.code(step.location.description)):"
      text += " \(MarkdownText.code(step.statement))\n\n"
      text += "expected\n\n\(MarkdownText.block(expected))\nseen\n\n\(MarkdownText.block(seen))\n"
    }
    let notReached = outcome.steps.count { $0.result == .notReached }
    if notReached > 0 { text += "\(Phrases.count(notReached, "statement")) not reached.\n\n" }
    for violation in outcome.violations {
      text += "Does not hold afterwards: \(MarkdownText.inline(violation))\n\n"
    }
    if let ending = outcome.ending { text += "Program: \(MarkdownText.inline(ending)).\n\n" }
    append("standard output", outcome.standardOutput)
    append("standard error", outcome.standardError)
    text += "</details>\n\n"
  }

  private mutating func append(_ name: String, _ output: String) {
    let excerpt = PlainText.excerpt(PlainText.stripped(output), bytes: Self.outputLimit)
    guard !excerpt.text.isEmpty else { return }
    text += excerpt.name(of: name) + "\n\n" + MarkdownText.block(excerpt.text) + "\n"
  }
}
