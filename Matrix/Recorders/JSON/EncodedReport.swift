import Harness

/// A whole run in one document: `report.json`, and inside `report.html`.
struct EncodedReport: Encodable {
  var kind: String
  var schema: Int
  /// `all`, or `brief` where steps and output are left out.
  var detail: String
  /// `incomplete` when the run did not come to its end, else as in `run_finished`.
  var state: String
  var durationMs: Double?
  var run: EncodedRun
  /// How many cells have which verdict; `planned` and `unexpected` beside them.
  var counts: [String: Int]
  /// In the order of the table; cells without an outcome are left out.
  var cells: [EncodedCell]
}

extension EncodedReport {
  static let kindName = "report"

  /// - Returns: nil for a report that has not started.
  init?(_ report: Report, isBrief: Bool = false) {
    guard let start = report.start else { return nil }
    kind = Self.kindName
    schema = EncodedEvent.schema
    detail = isBrief ? "brief" : "all"
    let end = report.end.map(EncodedEnd.init)
    state = end?.reason ?? "incomplete"
    durationMs = end?.durationMs
    run = EncodedRun(start)
    counts = Dictionary(
      uniqueKeysWithValues: report.tally.byVerdict.map { ($0.verdict.rawValue, $0.count) })
    counts["planned"] = report.tally.planned
    counts["unexpected"] = report.tally.unexpected
    cells = report.rows.flatMap { row in
      report.columns.compactMap { column in
        let cell = CellID(column: column.label, scenario: row.name)
        guard let outcome = report.outcome(of: cell) else { return nil }
        let isExpected = Report.isExpected(cell, outcome)
        let wire = EncodedCell(cell, outcome, isExpected: isExpected)
        return isBrief ? wire.brief() : wire
      }
    }
  }
}
