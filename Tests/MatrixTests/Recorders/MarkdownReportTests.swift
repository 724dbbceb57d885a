import CustomDump
import Harness
import Testing

@testable import Matrix

@Suite("The Markdown report")
struct MarkdownReportTests {
  @Test("starts with the answer and the table")
  func table() {
    let text = MarkdownReport.text(Report(Fixture.events))
    expectNoDifference(
      text.split(separator: "\n", omittingEmptySubsequences: false).prefix(14)
        .joined(separator: "\n"),
      """
      ### ❌ 6 of 12 cells are not as expected: 3.8, 3.13 static ×2, 3.15 ×3

      3.7 is not on this machine. 2 cells are for other versions or builds, by scenario or by configuration.

      12 cells: 1 pass, 1 fail, 1 error, 1 timeout, 1 crash, 3 unavailable, 2 unsupported, 2 blocked in 24.1 s. matrix 0.1.0, 2026-08-01 10:04 UTC, Linux 6.1 x86\\_64.

      | scenario | 3.8 | 3.13<br>static | 3.15 | 3.7 |
      |---|:-:|:-:|:-:|:-:|
      | A breakpoint stops each time its line is reached.<br>`breakpoints/always` | ✓ | **B blocked** | **T timeout** | - |
      | Step over does not stop inside a recursive call.<br>`stepping/over_recursion` | **B blocked** | **✗ fail** | **C crash** | - |
      | A group shows its exceptions.<br>`children/group` | · | · | **\\! error** | - |

      ✓ pass (1), ✗ fail (1), \\! error (1), T timeout (1), C crash (1), - unavailable (3), · unsupported (2), B blocked (2)

      """)
  }

  @Test("a cell that is not as expected has its details folded")
  func details() {
    let report = Report(Fixture.events)
    let failure = report.unexpected[3]
    expectNoDifference(
      MarkdownFailure(report, failure.cell, failure.outcome).text,
      """
      <details><summary>✗ fail: <code>stepping/over_recursion</code> on <b>3.13 static</b></summary>

      the stop is not where it should be

      `stepping/over_recursion.py:16:4`: `step over -> step @after|@end`

      expected

      ```text
      step @after
      ```

      seen

      ```text
      step @recurse
      in fact
      ```

      1 statement not reached.

      Does not hold afterwards: a file is left: x.tmp

      Program: exit 0.

      standard output

      ```text
      6
      ```

      </details>


      """)
  }

  @Test("stays below its limit and says what is left out")
  func limit() {
    let rows = (0..<400).map { RunStart.Row(name: "g/s\($0)", title: "Title \($0).") }
    var start = Fixture.start
    start.rows = rows
    let outcome = CellOutcome(
      verdict: .fail, reason: "no", standardOutput: String(repeating: "line\n", count: 3000))
    let cells = rows.map {
      Event.cellFinished(CellID(column: "3.8", scenario: $0.name), outcome)
    }
    let report = Report([.runStarted(start)] + cells + [Fixture.end])
    let text = MarkdownReport.text(report)
    #expect(text.utf8.count <= 900 * 1024)
    #expect(text.utf8.count > 800 * 1024)
    #expect(text.contains("more cells left out: the text would be too long."))
    let short = MarkdownReport.text(report, limit: 16 * 1024)
    #expect(short.utf8.count <= 16 * 1024)
    #expect(short.contains("lines of the table left out: the text would be too long."))
  }

  @Test("a run without cells is its answer alone")
  func empty() {
    expectNoDifference(MarkdownReport.text(Report()), "### ⚠️ Nothing was run\n\n")
  }
}
