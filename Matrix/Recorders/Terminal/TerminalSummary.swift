import Harness
import SystemPackage

/// What stands on the terminal after a run: the table, what is not as expected, the counts.
struct TerminalSummary {
  var report: Report
  var width: Int
  var output: FilePath?
  var style: TerminalStyle

  /// Cells that are shown with everything that is known.
  static let detailLimit = 12

  var text: String {
    var parts = [TerminalTable(report: report, width: width, style: style).text]
    let unexpected = report.unexpected
    for (cell, outcome) in unexpected.prefix(Self.detailLimit) {
      parts.append(
        TerminalFailure(
          cell: cell, outcome: outcome, title: title(of: cell), width: width, style: style
        ).text)
    }
    let more = unexpected.count - Self.detailLimit
    if more > 0 { parts.append("… and \(more) more; \(whereAll)\n") }
    parts.append(hints)
    parts.append(ending)
    return parts.filter { !$0.isEmpty }.joined(separator: "\n")
  }

  private func title(of cell: CellID) -> String {
    report.rows.first { $0.name == cell.scenario }?.title ?? ""
  }

  private var whereAll: String {
    output.map { "all of them are in \($0.appending(ReportRecorder.Format.html.fileName))" }
      ?? "--output DIR writes a report with all of them"
  }

  /// How to get what is not on this machine.
  private var hints: String {
    report.columns.compactMap { column in
      guard case .missing(let hint) = column.runtime else { return nil }
      return "- \(PlainText.line(column.label))"
        + (hint.isEmpty ? "" : ": " + PlainText.line(hint)) + "\n"
    }.joined()
  }

  private var ending: String {
    var text = ""
    if let output { text += "report: \(output.appending(ReportRecorder.Format.html.fileName))\n" }
    let paint: TerminalStyle.Paint? =
      switch report.summary.tone {
      case .good: .good
      case .bad: .bad
      case .open: .warning
      }
    let prefix =
      switch report.state {
      case .ended(.interrupted): "interrupted, "
      case .ended(.failedFast): "stopped early, "
      default: ""
      }
    return text + style(prefix + report.countLine, paint) + "\n"
  }
}

/// One cell that is not as expected, with what is known about it.
struct TerminalFailure {
  var cell: CellID
  var outcome: CellOutcome
  var title: String
  var width: Int
  var style: TerminalStyle

  /// Lines of output that are shown.
  private static let outputLines = 6

  var text: String {
    let verdict = outcome.verdict
    var lines = [
      style("\(verdict.symbol) \(verdict.word)", verdict.paint) + " "
        + style(PlainText.line("\(cell)"), .strong)
    ]
    lines += indented(title, by: 2, paint: .quiet)
    if let reason = outcome.reason { lines += indented(reason, by: 2) }
    lines += outcome.steps.flatMap(mismatch)
    let notReached = outcome.steps.count { $0.result == .notReached }
    if notReached > 0 {
      lines += indented("\(Phrases.count(notReached, "statement")) not reached", by: 2)
    }
    for violation in outcome.violations { lines += indented("does not hold: " + violation, by: 2) }
    if verdict != .fail { lines += output }
    return lines.map { $0 + "\n" }.joined()
  }

  private func mismatch(_ step: StepRecord) -> [String] {
    guard case .mismatch(let expected, let seen) = step.result else { return [] }
    return indented("\(step.location): \(step.statement)", by: 2)
      + labelled("expected", expected, .good) + labelled("seen", seen, .bad)
  }

  private func labelled(
    _ label: String, _ text: String, _ paint: TerminalStyle.Paint
  ) -> [String] {
    let lines = PlainText.visible(text).split(separator: "\n", omittingEmptySubsequences: false)
    return lines.enumerated().map { index, line in
      "    " + DisplayWidth.padded(index == 0 ? label : "", to: 10) + style(String(line), paint)
    }
  }

  private var output: [String] {
    let streams = [
      ("standard error", outcome.standardError), ("standard output", outcome.standardOutput),
    ]
    guard let (name, text) = streams.first(where: { !$0.1.isEmpty }) else { return [] }
    let excerpt = PlainText.excerpt(PlainText.stripped(text), lines: Self.outputLines)
    return indented("\(excerpt.name(of: name)):", by: 2)
      + excerpt.text.split(separator: "\n").map {
        "    " + style(DisplayWidth.cut(String($0), to: max(20, width - 4)), .quiet)
      }
  }

  private func indented(
    _ text: String, by count: Int, paint: TerminalStyle.Paint? = nil
  ) -> [String] {
    guard !text.isEmpty else { return [] }
    return DisplayWidth.wrapped(PlainText.visible(text), to: max(20, width - count)).map {
      String(repeating: " ", count: count) + style($0, paint)
    }
  }
}
