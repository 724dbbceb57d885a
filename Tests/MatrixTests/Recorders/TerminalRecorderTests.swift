import CustomDump
import Harness
import SystemPackage
import Testing

@testable import Matrix

@Suite("On a terminal and on a pipe")
struct TerminalRecorderTests {
  @Test("a pipe gets a line for what is not as expected and one for each tenth of the run")
  func plainProgress() throws {
    let (progress, _) = try record(Fixture.events, mode: .plain)
    expectNoDifference(
      progress.split(separator: "\n").prefix(11).joined(separator: "\n"),
      """
      3 scenarios on 4 interpreters, 2 at a time
      B blocked breakpoints/always on 3.13 static: ptrace is not permitted
      2/12 cells: 1 pass, 1 blocked (0 ms)
      T timeout breakpoints/always on 3.15: no end within 10 s
      3/12 cells: 1 pass, 1 timeout, 1 blocked (0 ms)
      4/12 cells: 1 pass, 1 timeout, 1 unavailable, 1 blocked (0 ms)
      B blocked stepping/over_recursion on 3.8: the debugger may not attach
      5/12 cells: 1 pass, 1 timeout, 1 unavailable, 2 blocked (0 ms)
      ✗ fail stepping/over_recursion on 3.13 static: the stop is not where it should be
      6/12 cells: 1 pass, 1 fail, 1 timeout, 1 unavailable, 2 blocked (0 ms)
      C crash stepping/over_recursion on 3.15: ended by SIGSEGV
      """)
  }

  @Test("the result at 80 places")
  func result() throws {
    let (_, result) = try record(Fixture.events, mode: .plain)
    expectNoDifference(
      result,
      """
                        3.8  3.13    3.15  3.7
                             static
      breakpoints
        always          ✓    B       T     -
      stepping
        over_recursion  B    ✗       C     -
      children
        group           ·    ·       !     -

      ✓ pass   ✗ fail   ! error   T timeout   C crash   - unavailable   · unsupported
      B blocked

      B blocked breakpoints/always on 3.13 static
        A breakpoint stops each time its line is reached.
        ptrace is not permitted

      T timeout breakpoints/always on 3.15
        A breakpoint stops each time its line is reached.
        no end within 10 s
        standard output:
          waiting

      B blocked stepping/over_recursion on 3.8
        Step over does not stop inside a recursive call.
        the debugger may not attach

      ✗ fail stepping/over_recursion on 3.13 static
        Step over does not stop inside a recursive call.
        the stop is not where it should be
        stepping/over_recursion.py:16:4: step over -> step @after|@end
          expected  step @after
          seen      step @recurse
                    in fact
        1 statement not reached
        does not hold: a file is left: x.tmp

      C crash stepping/over_recursion on 3.15
        Step over does not stop inside a recursive call.
        ended by SIGSEGV
        standard error:
          Fatal Python error: Segmentation fault

      ! error children/group on 3.15
        A group shows its exceptions.
        no connection

      - 3.7: uv python install 3.7

      12 cells: 1 pass, 1 fail, 1 error, 1 timeout, 1 crash, 3 unavailable, 2 unsupported, 2 blocked in 24.1 s

      """)
  }

  @Test("the page of this run is named, and one of an earlier run is not")
  func reportLine() throws {
    try withTemporaryFolder { folder in
      let line = "report: \(folder)/report.html\n"
      try OutputFolder(path: folder).write("of an earlier run", to: "report.html")
      #expect(try !record(Fixture.events, mode: .plain, output: folder).result.contains(line))
      let result = try record(Fixture.events, mode: .plain, output: folder) {
        try OutputFolder(path: folder).write("of this run", to: "report.html")
      }.result
      #expect(result.contains(line))
    }
  }

  @Test("a table that is too wide is split into blocks")
  func narrow() {
    let table = TerminalTable(
      report: Report(Fixture.events), width: 26, style: TerminalStyle(usesColor: false))
    expectNoDifference(
      table.text,
      """
                     3.8  3.13
                          static
      breakpoints
        always       ✓    B
      stepping
        over_recur…  B    ✗
      children
        group        ·    ·

                     3.15  3.7
      breakpoints
        always       T     -
      stepping
        over_recur…  C     -
      children
        group        !     -

      ✓ pass   ✗ fail   ! error
      T timeout   C crash
      - unavailable
      · unsupported   B blocked

      """)
  }

  @Test("no line of the table is wider than the terminal", arguments: [40, 80, 200])
  func widths(width: Int) {
    let table = TerminalTable(
      report: Report(Fixture.events), width: width, style: TerminalStyle(usesColor: false))
    for line in table.text.split(separator: "\n") {
      #expect(DisplayWidth.of(String(line)) <= width)
    }
  }

  @Test("colours change nothing but colours")
  func colors() {
    func summary(_ usesColor: Bool) -> String {
      TerminalSummary(
        report: Report(Fixture.events), width: 80, output: nil,
        style: TerminalStyle(usesColor: usesColor)
      ).text
    }
    #expect(summary(true) != summary(false))
    #expect(PlainText.stripped(summary(true)) == summary(false))
    #expect(!summary(false).contains("\u{1B}"))
  }

  @Test("what is not as expected is cut to a number of cells, and says so")
  func cap() {
    let rows = (0..<20).map { RunStart.Row(name: "g/s\($0)", title: "Title \($0).") }
    var start = Fixture.start
    (start.rows, start.columns) = (rows, [Fixture.columns[0]])
    let cells = rows.map {
      Event.cellFinished(
        CellID(column: "3.8", scenario: $0.name), CellOutcome(verdict: .fail, reason: "no"))
    }
    let summary = TerminalSummary(
      report: Report([.runStarted(start)] + cells + [Fixture.end]), width: 80, output: nil,
      style: TerminalStyle(usesColor: false))
    #expect(summary.text.contains("… and 8 more; --output DIR writes a report with all of them"))
  }

  private func record(
    _ events: [Event], mode: TerminalRecorder.Mode, output: FilePath? = nil,
    beforeEnd: () throws -> Void = {}
  ) throws -> (progress: String, result: String) {
    let (progress, result) = (TextBox(), TextBox())
    let recorder = TerminalRecorder(
      progress: TerminalStream(sink: progress.sink, usesColor: false, width: { 80 }),
      result: TerminalStream(sink: result.sink, usesColor: false, width: { 80 }),
      mode: mode, output: output, now: { .zero })
    for event in events {
      if case .runFinished = event { try beforeEnd() }
      try recorder.record(event)
    }
    return (progress.text, result.text)
  }
}
