import Harness
import Testing

@testable import Matrix

@Suite("Text in reports")
struct TextTests {
  @Test(
    "durations read like a person's",
    arguments: [
      (Duration.zero, "0 ms"), (.microseconds(61_400), "61 ms"), (.milliseconds(999), "999 ms"),
      (.microseconds(999_700), "1.0 s"), (.milliseconds(24_130), "24.1 s"),
      (.milliseconds(59_960), "1 min 0 s"), (.seconds(192), "3 min 12 s"),
      (.seconds(3900), "1 h 5 min"),
    ])
  func durations(duration: Duration, text: String) {
    #expect(Phrases.duration(duration) == text)
  }

  @Test(
    "dates are ISO 8601",
    arguments: [
      (0, "1970-01-01T00:00:00Z"), (951_782_400, "2000-02-29T00:00:00Z"),
      (951_868_799, "2000-02-29T23:59:59Z"), (1_785_578_645, "2026-08-01T10:04:05Z"),
      (-1, "1969-12-31T23:59:59Z"), (4_107_542_400, "2100-03-01T00:00:00Z"),
    ])
  func dates(seconds: Int, text: String) {
    #expect(UTCDate(seconds: seconds).description == text)
  }

  @Test("escape sequences of a program are removed, other controls shown")
  func stripping() {
    #expect(PlainText.stripped("\u{1B}[1;32mgreen\u{1B}[0m") == "green")
    #expect(PlainText.stripped("\u{1B}]0;title\u{07}a\u{1B}]8;;x\u{1B}\\b") == "ab")
    #expect(PlainText.stripped("\u{1B}(Ba") == "\\u{1b}(Ba")
    #expect(PlainText.stripped("\u{1B}[12") == "\\u{1b}[12")
    #expect(PlainText.stripped("bell\u{07} null\0") == "bell\\u{7} null\\u{0}")
    #expect(PlainText.stripped("a\r\nb\tc\rd") == "a\nb\tc\\u{d}d")
  }

  @Test("values that differ only in controls look different")
  func visible() {
    #expect(PlainText.visible("\u{1B}[31mx") == "\\u{1b}[31mx")
    #expect(PlainText.visible("a\u{202E}b") == "a\\u{202e}b")
    #expect(PlainText.visible("\u{9B}1m") == "\\u{9b}1m")
    #expect(PlainText.line("a\nb\n") == "a ⏎ b")
  }

  @Test("the end of a text starts with a whole line where there is one")
  func tails() {
    #expect(PlainText.tail("one\ntwo\nthree", bytes: 100).text == "one\ntwo\nthree")
    #expect(PlainText.tail("one\ntwo\nthree", bytes: 10) == ("two\nthree", true))
    #expect(PlainText.tail("ääää", bytes: 5) == ("ää", true))
  }

  @Test("of a fatal error the beginning is shown, which has the innermost frames")
  func fatalErrors() {
    let frames = (0..<20).map { "  File \"f.py\", line \($0) in f\($0)" }
    let text =
      (["before", "Fatal Python error: Segmentation fault", "", "Current thread:"] + frames)
      .joined(separator: "\n")
    let excerpt = PlainText.excerpt(text, lines: 4)
    #expect(
      excerpt.text == "Fatal Python error: Segmentation fault\nCurrent thread:\n"
        + frames[0] + "\n" + frames[1])
    #expect(excerpt.name(of: "standard error") == "standard error, from its fatal error on")
    #expect(PlainText.excerpt(text, bytes: 100).text.hasPrefix("Fatal Python error"))
    #expect(PlainText.excerpt("a\nb\nc", lines: 2).text == "b\nc")
    #expect(PlainText.excerpt("a\nb\n", lines: 2).name(of: "standard output") == "standard output")
  }

  @Test("a program that matrix ended is not said to have been killed")
  func endings() {
    func ending(_ verdict: Verdict, _ termination: Termination, byHarness: Bool) -> String? {
      CellOutcome(verdict: verdict, termination: termination, isEndedByHarness: byHarness).ending
    }
    #expect(
      ending(.timeout, .signalled(15), byHarness: true)
        == "ended by matrix at its deadline (SIGTERM)")
    #expect(
      ending(.fail, .exited(3), byHarness: true) == "ended by matrix after the script (exit 3)")
    #expect(ending(.crash, .signalled(11), byHarness: false) == "SIGSEGV")
  }

  @Test("wide characters take two places, combining marks none")
  func widths() {
    #expect(DisplayWidth.of("abc") == 3)
    #expect(DisplayWidth.of("日本") == 4)
    #expect(DisplayWidth.of("e\u{301}") == 1)
    #expect(DisplayWidth.cut("日本語", to: 5) == "日本…")
    #expect(DisplayWidth.wrapped("a bc def", to: 4) == ["a bc", "def"])
  }

  @Test("nothing in a page's text acts, not even a quote under a combining mark")
  func html() {
    #expect(HTMLText.escaped("<b a='x'>&\"") == "&lt;b a=&#39;x&#39;&gt;&amp;&quot;")
    #expect(HTMLText.escaped("\"\u{301} onclick=") == "&quot;\u{301} onclick=")
    #expect(HTMLText.escapedDocument("\"</script>&\"") == "\"\\u003c/script\\u003e\\u0026\"")
  }

  @Test("nothing in Markdown's text acts")
  func markdown() {
    #expect(MarkdownText.inline("a|b *c* <d>\n`e`") == "a\\|b \\*c\\* &lt;d&gt; ⏎ \\`e\\`")
    #expect(MarkdownText.inline("@me #1") == "@<!-- -->me #<!-- -->1")
    #expect(MarkdownText.code("a`b") == "``a`b``")
    #expect(MarkdownText.code("`a") == "`` `a ``")
    #expect(MarkdownText.code("@a|@b") == "`@a|@b`")
    #expect(MarkdownText.tableCode("@a|@b") == "`@a\\|@b`")
    #expect(MarkdownText.block("```\nx") == "````text\n```\nx\n````\n")
  }
}
