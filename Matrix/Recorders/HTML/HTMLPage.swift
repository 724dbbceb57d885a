import CPython
import Harness
import Interpreters
import SystemPackage

/// What the template `page.mustache` is filled with. Templates look names up outwards when they
/// are missing or nil, so no two nested types have a property of the same name.
struct HTMLPage {
  struct Count {
    var style: String
    var symbol: String
    var word: String
    var meaning: String
    var number: Int
  }

  struct Interpreter {
    var id: String
    var headLine: String
    var subLine: String?
    var version: String
    var answer: String
    var answerStyle: String
    /// Per cent of the cells that are as expected and ran, that are not as expected, and others.
    var goodShare: Int
    var badShare: Int
    var facts: [Fact]
    var hint: String?
  }

  struct Fact {
    var key: String
    var value: String
  }

  var tone: String
  var toneSymbol: String
  var headline: String
  var remarks: [String]
  var facts: [Fact]
  var counts: [Count]
  var interpreters: [Interpreter]
  var hasTable: Bool
  var caption: String
  var columnCount: Int
  /// Columns of the table and the one of its row titles.
  var spanOfAll: Int
  /// The least width of a column, in rem: as wide as the longest word of a label.
  var cellWidth: Double
  /// The width of the window, in rem, from which on the table needs no scrolling sideways.
  var roomyFrom: Int
  var groups: [HTMLGroup]
  var failures: [HTMLFailure]
  var hasFailures: Bool
  var failureCount: Int
  var failureNote: String?

  init(_ report: Report) {
    let summary = report.summary
    tone = summary.tone.rawValue
    toneSymbol = ["good": "✓", "bad": "✗"][tone] ?? "?"
    headline = summary.headline
    remarks = summary.remarks
    facts = Self.facts(report)
    counts = Self.counts(report)
    interpreters = report.columns.enumerated().map { Interpreter(report, $1, index: $0) }
    hasTable = report.tally.planned > 0
    caption =
      "\(Phrases.count(report.rows.count, "scenario")) on"
      + " \(Phrases.interpreters(report.columns))"
    columnCount = report.columns.count
    spanOfAll = columnCount + 1
    cellWidth = Self.cellWidth(report)
    // The table of `style-table.mustache`, with the margins of the page and a scroll bar beside it.
    roomyFrom = Int((24.5 + Double(columnCount) * cellWidth).rounded(.up))
    groups = report.groups.map { HTMLGroup(report, $0) }
    (failures, failureNote) = HTMLFailure.all(in: report)
    failureCount = report.tally.unexpected
    hasFailures = failureCount > 0
  }

  /// In quarters of a rem. Words behind the first stand below it, in smaller letters of half a rem.
  private static func cellWidth(_ report: Report) -> Double {
    let longest =
      report.columns.map { column in
        column.label.split(separator: " ").dropFirst().map(DisplayWidth.of).max() ?? 0
      }.max() ?? 0
    return max(4.25, ((Double(longest) * 0.5 + 0.6) * 4).rounded(.up) / 4)
  }

  private static func facts(_ report: Report) -> [Fact] {
    guard let start = report.start else { return [] }
    let date = UTCDate(seconds: start.date)
    var facts = [
      Fact(key: "Date", value: "\(date.day) \(date.time) UTC"),
      Fact(key: "Machine", value: PlainText.line(start.machine)),
    ]
    if let end = report.end {
      let jobs = start.jobs > 1 ? ", \(start.jobs) at a time" : ""
      facts.append(Fact(key: "Duration", value: Phrases.duration(end.duration) + jobs))
    }
    facts.append(Fact(key: "Tool", value: "matrix \(start.toolVersion)"))
    return facts
  }

  private static func counts(_ report: Report) -> [Count] {
    var counts = report.tally.byVerdict.map { verdict, number in
      Count(
        style: verdict.rawValue, symbol: verdict.symbol, word: verdict.word,
        meaning: verdict.meaning, number: number)
    }
    if report.tally.missing > 0 {
      counts.append(
        Count(
          style: "none", symbol: NoOutcome.symbol, word: NoOutcome.word,
          meaning: NoOutcome.meaning, number: report.tally.missing))
    }
    return counts
  }
}

extension HTMLPage.Interpreter {
  init(_ report: Report, _ column: Column, index: Int) {
    id = "i\(index)"
    let words = PlainText.line(column.label).split(separator: " ", maxSplits: 1).map(String.init)
    headLine = words.first ?? ""
    subLine = words.dropFirst().first
    let tally = report.tally(of: column)
    let planned = max(1, tally.planned)
    badShare = tally.unexpected > 0 ? max(4, tally.unexpected * 100 / planned) : 0
    goodShare = min(100 - badShare, (tally.ran - tally.unexpected) * 100 / planned)
    answer = Self.answer(tally, column)
    answerStyle =
      tally.unexpected > 0 ? "bad" : tally.ran == 0 || tally.missing > 0 ? "open" : "good"
    switch column.runtime {
    case .interpreter(let interpreter):
      version = interpreter.version.description
      facts = Self.facts(interpreter)
      hint = nil
    case .missing(let text):
      version = "not here"
      facts = []
      hint = text.isEmpty ? "Not on this machine." : Phrases.capitalized(PlainText.line(text))
    }
  }

  private static func answer(_ tally: Tally, _ column: Column) -> String {
    if column.interpreter == nil { return "unavailable" }
    if tally.unexpected > 0 { return "\(tally.unexpected) not as expected" }
    if tally.missing > 0 { return "\(tally.ran) as expected, \(tally.missing) not run" }
    if tally.ran == 0 { return "nothing ran" }
    return "\(tally.ran > 1 ? "all " : "")\(tally.ran) as expected"
  }

  private static func facts(_ interpreter: Interpreters.Interpreter) -> [HTMLPage.Fact] {
    var facts = [HTMLPage.Fact(key: "Path", value: interpreter.path.string)]
    if interpreter.realPath != interpreter.path {
      facts.append(.init(key: "Real path", value: interpreter.realPath.string))
    }
    switch interpreter.linkage {
    case .static: facts.append(.init(key: "Linkage", value: "static"))
    case .shared(let library):
      facts.append(.init(key: "Linkage", value: "shared"))
      if let library { facts.append(.init(key: "Library", value: library.string)) }
    }
    let flags = interpreter.abiFlags.description
    facts.append(.init(key: "ABI flags", value: flags.isEmpty ? "none" : flags))
    facts.append(
      .init(
        key: "Platform",
        value: "\(interpreter.operatingSystem) \(interpreter.architecture)"
          + (interpreter.libc == .none ? "" : ", \(interpreter.libc.rawValue) libc")))
    facts.append(.init(key: "Found by", value: interpreter.source.rawValue))
    facts.append(.init(key: "Remote debugging", value: interpreter.remoteDebugging.rawValue))
    return facts.map { .init(key: $0.key, value: PlainText.line($0.value)) }
  }
}
