import CustomDump
import Harness
import Testing

@testable import Matrix

@Suite("The HTML report")
struct HTMLReportTests {
  @Test("is one page that loads nothing and runs nothing")
  func selfContained() throws {
    let page = try HTMLReport.text(Report(Fixture.events))
    #expect(page.hasPrefix("\n<!DOCTYPE html>\n<html lang=\"en\">") || page.hasPrefix("<!DOCTYPE"))
    #expect(page.contains("content=\"default-src 'none';"))
    #expect(page.components(of: "<script").count == 1)
    #expect(page.components(of: "<script type=\"application/json\"").count == 1)
    #expect(!page.contains(" src=\""))
    #expect(!page.contains("@import"))
    #expect(!page.contains("{{"))
    #expect(!page.contains("url("))
  }

  @Test("the answer stands in the title and at the top")
  func answer() throws {
    let page = try HTMLReport.text(Report(Fixture.events))
    let answer = "6 of 12 cells are not as expected: 3.8, 3.13 static ×2, 3.15 ×3"
    #expect(page.contains("<title>\(answer)</title>"))
    #expect(page.contains("<span>\(answer)</span></h1>"))
    #expect(page.contains("<header class=\"answer bad\">"))
  }

  @Test("every link within the page has a target, and no target stands twice")
  func anchors() throws {
    for events in Self.runs {
      let page = try HTMLReport.text(Report(events))
      let ids = page.values(of: "id")
      #expect(Set(ids).count == ids.count)
      let targets = page.values(of: "href").filter { $0.hasPrefix("#") }.map { $0.dropFirst() }
      #expect(Set(targets.map(String.init)).subtracting(ids).isEmpty)
    }
  }

  @Test(
    "the target of a link to a failure is inside what is folded, so that following it unfolds it")
  func foldedTargets() throws {
    let page = try HTMLReport.text(Report(Fixture.events))
    for details in page.components(separatedByText: "<details ").dropFirst() {
      let parts = details.components(separatedByText: "</summary>")
      #expect(!parts[0].contains(" id=\""))
      #expect(parts[1].contains("<div class=\"inside\" id=\""))
    }
  }

  @Test("a column is as wide as the longest word of its label, and the page as its columns")
  func columnWidths() {
    func page(_ labels: [String]) -> HTMLPage {
      var start = Fixture.start
      start.columns = labels.map { Column(label: $0, runtime: .missing(hint: "")) }
      return HTMLPage(Report([.runStarted(start)]))
    }
    #expect(page(["3.8", "3.13 static"]).cellWidth == 4.25)
    #expect(page(["3.8 inject monitoring"]).cellWidth == 5.75)
    #expect(page((0..<50).map { "3.8 \($0)" }).roomyFrom == 237)
  }

  @Test("elements are closed in the order in which they were opened")
  func wellFormed() throws {
    for events in Self.runs {
      let page = try HTMLReport.text(Report(events))
      var open: [String] = []
      for tag in page.tags {
        if tag.hasPrefix("/") {
          #expect(open.popLast() == String(tag.dropFirst()))
        } else if !["meta", "link", "wbr", "!DOCTYPE"].contains(tag) {
          open.append(tag)
        }
      }
      #expect(open.isEmpty)
    }
  }

  @Test("text of programs stays text")
  func hostile() throws {
    let text = "</script><script>alert(1)</script>\"\u{301} onload='x' `\u{1B}[31m\u{7}{{page}}"
    let step = StepRecord(
      statement: text, location: SourceLocation(file: text, line: 1, column: 1),
      result: .mismatch(expected: text, seen: text))
    let outcome = CellOutcome(
      verdict: .fail, reason: text, steps: [step], violations: [text], standardOutput: text,
      standardError: text)
    let row = RunStart.Row(name: "g/\(text)", title: text, notes: [text, "https://x/\"><b>"])
    let page = try HTMLReport.text(Report(Fixture.single(outcome, row: row)))
    #expect(page.components(of: "<script").count == 1)
    #expect(page.components(of: "</script").count == 1)
    #expect(!page.contains("\u{1B}"))
    #expect(!page.contains("\u{7}"))
    #expect(!page.contains("<b>\""))
    let document = try JSONObject(embeddedDocument(in: page))
    #expect(document["cells"][0]["reason"].text == text)
  }

  @Test("only http addresses in notes become links")
  func links() throws {
    let row = RunStart.Row(
      name: "a/b", title: "T.", notes: ["see: https://example.org/?a=1&b=2", "javascript:alert(1)"])
    let page = try HTMLReport.text(
      Report(Fixture.single(CellOutcome(verdict: .pass), row: row)))
    #expect(
      page.contains(
        "<a href=\"https://example.org/?a=1&amp;b=2\" rel=\"noreferrer\">"
          + "https://example.org/?a=1&amp;b=2</a>"))
    #expect(!page.contains("href=\"javascript"))
  }

  @Test("a page of hundreds of loud failures stays below 1.5 MB")
  func size() throws {
    let rows = (0..<40).map { RunStart.Row(name: "g/s\($0)", title: "Title \($0).") }
    var start = Fixture.start
    start.rows = rows
    start.columns = (0..<10).map {
      Column(label: "c\($0)", runtime: Fixture.columns[0].runtime)
    }
    let outcome = CellOutcome(
      verdict: .fail, reason: "no", steps: [Fixture.held, Fixture.wrong, Fixture.late],
      standardOutput: String(repeating: "<line>\n", count: 2300),
      standardError: String(repeating: "<line>\n", count: 2300))
    let cells = rows.flatMap { row in
      start.columns.map {
        Event.cellFinished(CellID(column: $0.label, scenario: row.name), outcome)
      }
    }
    let page = try HTMLReport.text(Report([.runStarted(start)] + cells + [Fixture.end]))
    #expect(page.utf8.count < 1_500_000)
    #expect(page.contains("To keep this page small,"))
  }

  private static let runs: [[Event]] = [
    [], [.runStarted(Fixture.start)], Fixture.events, Array(Fixture.events.prefix(6)),
    Fixture.single(CellOutcome(verdict: .pass)),
  ]
}

extension String {
  /// Where a part occurs.
  fileprivate func components(of part: String) -> [Range<String.Index>] { ranges(of: part) }

  fileprivate func values(of attribute: String) -> [String] {
    let markup = split(separator: "<script type").first ?? ""
    return markup.components(separatedByText: " \(attribute)=\"").dropFirst().map {
      String($0.prefix { $0 != "\"" })
    }
  }

  /// The names of the tags behind the style, up to the stored run.
  fileprivate var tags: [String] {
    split(separator: "<").dropFirst(0).map { part in
      String(part.prefix { !$0.isWhitespace && $0 != ">" })
    }.filter { !$0.isEmpty }
  }
}

extension StringProtocol where SubSequence == Substring {
  fileprivate func components(separatedByText separator: String) -> [Substring] {
    split(separator: separator, omittingEmptySubsequences: false)
  }
}
