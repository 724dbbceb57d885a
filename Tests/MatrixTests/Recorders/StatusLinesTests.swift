import CustomDump
import Harness
import Testing

@testable import Matrix

@Suite("The status lines of a terminal")
struct StatusLinesTests {
  /// After six of twelve cells, with a seventh going on.
  private let report = Report(
    [.runStarted(Fixture.start)] + Array(Fixture.cellEvents.prefix(13)))

  @Test("have what fits the width, the count always")
  func widths() {
    let texts = [200, 60, 40, 20, 5].map { width in lines(width).joined(separator: "\n") }
    expectNoDifference(
      texts.joined(separator: "\n---\n"),
      """
      ████████████████████░░░░░░░░░░░░░░░░░░░░  6/12  12.0 s, about 10 s left  4 unexpected
      stepping/over_recursion on 3.15
      ---
      ███████░░░░░░░░  6/12  12.0 s, about 10 s left  4 unexpected
      stepping/over_recursion on 3.15
      ---
      ██████░░░░░░  6/12  12.0 s  4 unexpected
      stepping/over_recursion on 3.15
      ---
      ███████░░░░░░░  6/12
      stepping/over_recur…
      ---
      6/12
      step…
      """)
  }

  @Test("are never wider than the terminal", arguments: [5, 20, 40, 80, 200])
  func fit(width: Int) {
    for line in lines(width) { #expect(DisplayWidth.of(line) <= width) }
  }

  @Test("are erased before something else is written, and gone at the end")
  func live() throws {
    let (progress, result) = (TextBox(), TextBox())
    let recorder = TerminalRecorder(
      progress: TerminalStream(sink: progress.sink, usesColor: false, width: { 60 }),
      result: TerminalStream(sink: result.sink, usesColor: false, width: { 60 }),
      mode: .live, now: { .zero })
    for event in Fixture.events { try recorder.record(event) }
    let screen = Screen(progress.text)
    expectNoDifference(
      screen.lines,
      [
        "B blocked breakpoints/always on 3.13 static: ptrace is not …",
        "T timeout breakpoints/always on 3.15: no end within 10 s",
        "B blocked stepping/over_recursion on 3.8: the debugger may …",
        "✗ fail stepping/over_recursion on 3.13 static: the stop is …",
        "C crash stepping/over_recursion on 3.15: ended by SIGSEGV",
        "! error children/group on 3.15: no connection", "",
      ])
    #expect(result.text.hasPrefix("                  3.8  3.13"))
    let before = progress.writes.count
    try recorder.refresh()
    #expect(progress.writes.count == before)
  }

  private func lines(_ width: Int) -> [String] {
    StatusLines(
      report: report, elapsed: .seconds(12), width: width, style: TerminalStyle(usesColor: false)
    ).lines
  }
}

/// As much of a terminal as the recorder uses: carriage return, cursor up, erase below.
private struct Screen {
  private(set) var lines = [""]

  init(_ text: String) {
    var row = 0
    var rest = Substring(text)
    while let scalar = rest.unicodeScalars.first {
      if rest.hasPrefix("\r") {
        rest = Substring(rest.unicodeScalars.dropFirst())
        // Only ever used right before erasing.
      } else if rest.hasPrefix("\u{1B}[1A") {
        rest = rest.dropFirst(4)
        row -= 1
      } else if rest.hasPrefix("\u{1B}[J") {
        rest = rest.dropFirst(3)
        lines = Array(lines.prefix(row)) + [""]
      } else if scalar == "\n" {
        rest = rest.dropFirst()
        row += 1
        lines.append("")
      } else {
        lines[row].unicodeScalars.append(scalar)
        rest = Substring(rest.unicodeScalars.dropFirst())
      }
    }
  }
}
