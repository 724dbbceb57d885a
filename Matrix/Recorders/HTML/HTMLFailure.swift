import Harness

/// A cell that is not as expected, with what is known about it.
struct HTMLFailure {
  struct Step {
    var stepStyle: String
    var stepSymbol: String
    var stepWord: String
    var statement: String
    var location: String
    var difference: Difference?
  }

  struct Difference {
    var expected: String
    var seen: String
  }

  struct Stream {
    var streamName: String
    var output: String
  }

  var failureID: String
  var style: String
  var symbol: String
  var word: String
  var scenario: String
  var column: String
  var failureTitle: String
  var reason: String?
  /// Nothing to unfold is known.
  var isBare: Bool
  var isOpen: Bool
  var steps: [Step]
  var violations: [String]
  var streams: [Stream]
  var ending: String

  /// Bytes of each stream that are shown.
  private static let outputLimit = 4096
  /// Bytes of details on one page; pages far larger than this are slow to open.
  private static let detailBudget = 900_000
  /// Up to so many failures are shown unfolded.
  private static let openLimit = 3

  /// In the order of the table, and a sentence if some have had to go without details.
  static func all(in report: Report) -> ([HTMLFailure], note: String?) {
    let unexpected = report.unexpected
    var used = 0
    var short = 0
    let failures = unexpected.map { cell, outcome in
      var failure = HTMLFailure(report, cell, outcome)
      failure.isOpen = unexpected.count <= openLimit && !failure.isBare
      used += failure.size
      if used > detailBudget {
        failure.leaveOutDetails()
        short += 1
      }
      return failure
    }
    let note =
      short > 0
      ? "To keep this page small, \(Phrases.count(short, "cell")) below"
        + " \(short == 1 ? "has" : "have") no details; they are in report.json."
      : nil
    return (failures, note)
  }

  init(_ report: Report, _ cell: CellID, _ outcome: CellOutcome) {
    let row = report.rows.firstIndex { $0.name == cell.scenario } ?? 0
    let position = report.columns.firstIndex { $0.label == cell.column } ?? 0
    failureID = HTMLText.cellID(row: row, column: position)
    style = outcome.verdict.rawValue
    symbol = outcome.verdict.symbol
    word = outcome.verdict.word
    scenario = PlainText.line(cell.scenario)
    column = PlainText.line(cell.column)
    failureTitle = report.rows.isEmpty ? "" : PlainText.line(report.rows[row].title)
    reason = outcome.reason.map(PlainText.visible)
    steps = outcome.steps.map(Step.init)
    violations = outcome.violations.map(PlainText.visible)
    streams = [
      Self.stream("Standard output", outcome.standardOutput),
      Self.stream("Standard error", outcome.standardError),
    ].compactMap { $0 }
    ending = [
      outcome.ending.map { "program: \($0)" },
      outcome.duration > .zero ? Phrases.duration(outcome.duration) : nil,
    ].compactMap { $0 }.joined(separator: ", ")
    isOpen = false
    isBare = steps.isEmpty && violations.isEmpty && streams.isEmpty && ending.isEmpty
  }

  private mutating func leaveOutDetails() {
    (steps, violations, streams, ending, isBare) = ([], [], [], "", true)
  }

  /// Bytes on the page, with a good guess for the markup.
  private var size: Int {
    let texts =
      steps.flatMap { [$0.statement, $0.difference?.expected, $0.difference?.seen] }
      + violations + streams.map(\.output)
    return texts.reduce(500 + 250 * steps.count) { sum, text in
      sum + (text.map { HTMLText.escaped($0).utf8.count } ?? 0)
    }
  }

  private static func stream(_ name: String, _ text: String) -> Stream? {
    let excerpt = PlainText.excerpt(PlainText.stripped(text), bytes: outputLimit)
    guard !excerpt.text.isEmpty else { return nil }
    return Stream(streamName: excerpt.name(of: name), output: excerpt.text)
  }
}

extension HTMLFailure.Step {
  init(_ record: StepRecord) {
    statement = PlainText.visible(record.statement)
    location = PlainText.line(record.location.description)
    switch record.result {
    case .held: (stepStyle, stepSymbol, stepWord) = ("held", "✓", "held")
    case .mismatch(let expected, let seen):
      (stepStyle, stepSymbol, stepWord) = ("mismatch", "✗", "did not hold")
      difference = .init(expected: PlainText.visible(expected), seen: PlainText.visible(seen))
    case .notReached: (stepStyle, stepSymbol, stepWord) = ("unreached", "·", "not reached")
    }
  }
}
