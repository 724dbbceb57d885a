import CustomDump
import Harness
import Testing

@testable import Matrix

@Suite("The answer of a run")
struct SummaryTests {
  @Test("names the interpreters on which something is not as expected")
  func bad() {
    expectNoDifference(
      Report(Fixture.events).summary,
      Report.Summary(
        tone: .bad,
        headline: "6 of 12 cells are not as expected: 3.8, 3.13 static ×2, 3.15 ×3",
        remarks: [
          "3.7 is not on this machine.",
          "2 cells are for other versions or builds, by scenario or by configuration.",
        ]))
  }

  @Test("says that all is as expected, without claiming what did not run")
  func good() {
    let all = run { _, _ in .pass }
    #expect(all.summary.tone == .good)
    #expect(all.summary.headline == "All 12 cells are as expected on 4 interpreters")
    let some = run { _, column in column.interpreter == nil ? .unavailable : .pass }
    #expect(some.summary.tone == .good)
    #expect(some.summary.headline == "All 9 cells that ran are as expected on 3 interpreters")
    #expect(some.summary.remarks == ["3.7 is not on this machine."])
    let one = Report(Fixture.single(CellOutcome(verdict: .pass)))
    #expect(one.summary.headline == "The one cell is as expected on 1 interpreter")
  }

  @Test("is open when nothing ran, however it came about")
  func nothing() {
    #expect(Report().summary.headline == "Nothing was run")
    var start = Fixture.start
    start.rows = []
    let empty = Report([.runStarted(start), Fixture.end])
    #expect(empty.summary.tone == .open)
    #expect(empty.summary.headline == "Nothing was run: no cells were selected")
    let absent = run { _, _ in .unavailable }
    #expect(absent.summary.tone == .open)
    #expect(absent.summary.headline == "No cell could run")
  }

  @Test("says how much of an interrupted or killed run is missing")
  func incomplete() {
    let events = [.runStarted(Fixture.start)] + Array(Fixture.cellEvents.prefix(2))
    let killed = Report(events)
    #expect(killed.summary.tone == .open)
    #expect(
      killed.summary.remarks.first
        == "The run did not come to its end; 11 cells of 12 have no outcome.")
    let end = Event.runFinished(RunEnd(reason: .interrupted, duration: .seconds(3)))
    #expect(
      Report(events + [end]).summary.remarks.first
        == "Interrupted; 11 of 12 cells were not run to the end.")
    let stopped = Event.runFinished(RunEnd(reason: .failedFast, duration: .seconds(3)))
    let failing = [.runStarted(Fixture.start)] + Array(Fixture.cellEvents.prefix(4)) + [stopped]
    expectNoDifference(
      Report(failing).summary.headline, "1 of 2 cells so far is not as expected: 3.13 static")
  }

  @Test("ends with the counts and the time")
  func counts() {
    expectNoDifference(
      Report(Fixture.events).countLine,
      "12 cells: 1 pass, 1 fail, 1 error, 1 timeout, 1 crash, 3 unavailable,"
        + " 2 unsupported, 2 blocked in 24.1 s")
  }

  private func run(_ verdict: (RunStart.Row, Column) -> Verdict) -> Report {
    let cells = Fixture.rows.flatMap { row in
      Fixture.columns.map { column in
        Event.cellFinished(
          CellID(column: column.label, scenario: row.name),
          CellOutcome(verdict: verdict(row, column)))
      }
    }
    return Report([.runStarted(Fixture.start)] + cells + [Fixture.end])
  }
}
