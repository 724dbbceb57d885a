import CustomDump
import Harness
import Matrix
import Testing

@Suite("Report")
struct ReportTests {
  @Test("counts cells by verdict, in the order of the vocabulary")
  func tally() {
    let report = Report(Fixture.events)
    expectNoDifference(
      report.tally.byVerdict.map { "\($0.count) \($0.verdict)" },
      [
        "1 pass", "1 fail", "1 error", "1 timeout", "1 crash", "3 unavailable",
        "2 unsupported", "2 blocked",
      ])
    #expect(report.tally.planned == 12)
    #expect(report.tally.finished == 12)
    #expect(report.tally.ran == 7)
    #expect(report.tally.unexpected == 6)
    #expect(report.tally.missing == 0)
  }

  @Test("counts per interpreter and per group")
  func partialTallies() {
    let report = Report(Fixture.events)
    #expect(report.columns.map { report.tally(of: $0).unexpected } == [1, 2, 3, 0])
    #expect(report.groups.map(\.name) == ["breakpoints", "stepping", "children"])
    #expect(report.groups.map { report.tally(of: $0).unexpected } == [2, 3, 1])
  }

  @Test("lists the cells that are not as expected in the order of the table")
  func unexpected() {
    let report = Report(Fixture.events.reversedCells)
    expectNoDifference(
      report.unexpected.map { "\($0.cell): \($0.outcome.verdict)" },
      [
        "breakpoints/always on 3.13 static: blocked", "breakpoints/always on 3.15: timeout",
        "stepping/over_recursion on 3.8: blocked", "stepping/over_recursion on 3.13 static: fail",
        "stepping/over_recursion on 3.15: crash", "children/group on 3.15: error",
      ])
  }

  @Test("a cell that finishes twice counts with its last outcome")
  func twice() {
    let cell = CellID(column: "3.8", scenario: "breakpoints/always")
    var report = Report([
      .runStarted(Fixture.start), .cellStarted(cell),
      .cellFinished(cell, CellOutcome(verdict: .fail)),
    ])
    report.apply(.cellFinished(cell, CellOutcome(verdict: .timeout)))
    #expect(report.tally[.fail] == 0)
    #expect(report.tally[.timeout] == 1)
    #expect(report.tally.unexpected == 1)
    #expect(report.finished.count == 1)
  }

  @Test("knows what is running and how far the run has come")
  func state() {
    var report = Report()
    #expect(report.state == .empty)
    report.apply(.runStarted(Fixture.start))
    let cell = CellID(column: "3.8", scenario: "breakpoints/always")
    report.apply(.cellStarted(cell))
    #expect(report.state == .incomplete)
    #expect(report.running == [cell])
    report.apply(.cellFinished(cell, CellOutcome(verdict: .pass)))
    #expect(report.running.isEmpty)
    #expect(report.tally.missing == 11)
    report.apply(.runFinished(RunEnd(reason: .interrupted, duration: .seconds(1))))
    #expect(report.state == .ended(.interrupted))
  }
}

extension [Event] {
  /// The cells in another order; the run starts first and ends last as before.
  fileprivate var reversedCells: [Event] {
    var cells = dropFirst().dropLast().filter { event in
      if case .cellFinished = event { true } else { false }
    }
    cells.reverse()
    return prefix(1) + cells + suffix(1)
  }
}
