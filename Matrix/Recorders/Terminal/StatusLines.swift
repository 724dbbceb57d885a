import Harness

/// What stands at the bottom of a terminal while a run goes on.
struct StatusLines {
  var report: Report
  var elapsed: Duration
  var width: Int
  var style: TerminalStyle

  /// None that is wider than the width.
  var lines: [String] {
    guard report.start != nil else { return [] }
    return [bar, running].filter { !$0.isEmpty }
  }

  /// `████████░░░░░░░░  123/360  12.3 s, about 24 s left  2 unexpected`; what does not fit is
  /// left out, the least needed first.
  private var bar: String {
    let tally = report.tally
    let count = "\(tally.finished)/\(tally.planned)"
    let time = Phrases.duration(elapsed)
    let left = remaining.map { ", about \(Phrases.estimate($0)) left" } ?? ""
    let bad = tally.unexpected > 0 ? "  \(tally.unexpected) unexpected" : ""
    let choices = [(time + left, bad), (time, bad), ("", bad), ("", "")]
    for (time, bad) in choices {
      let text = "  \(count)" + (time.isEmpty ? "" : "  \(time)")
      let room = min(40, width - DisplayWidth.of(text + bad))
      guard room >= 8 else { continue }
      let filled = tally.planned > 0 ? room * tally.finished / tally.planned : 0
      return style(String(repeating: "█", count: filled), tally.unexpected > 0 ? .bad : .good)
        + style(String(repeating: "░", count: room - filled), .quiet) + text + style(bad, .bad)
    }
    return DisplayWidth.cut(count, to: width)
  }

  private var running: String {
    let cells = report.running.map { "\($0)" }
    return style(DisplayWidth.cut(cells.joined(separator: ", "), to: width), .quiet)
  }

  /// From the cells that ran so far; those of interpreters that are not here take no time.
  private var remaining: Duration? {
    let columns = report.columns.filter { $0.interpreter != nil }
    let tallies = columns.map { report.tally(of: $0) }
    let done = tallies.reduce(0) { $0 + $1.finished }
    let missing = tallies.reduce(0) { $0 + $1.missing }
    guard missing > 0, elapsed >= .seconds(2), done * 20 >= done + missing else { return nil }
    return elapsed / done * missing
  }
}
