import CustomDump
import Foundation
import Harness
import SystemPackage
import Testing

@testable import Matrix

@Suite("The JSON form")
struct JSONRecorderTests {
  @Test("one line an event, with sorted keys")
  func lines() throws {
    let events = [Fixture.cellEvents[10], Fixture.cellEvents[11], Fixture.end]
    let lines = try events.map { try JSONText.line(EncodedEvent($0)) }
    expectNoDifference(
      lines,
      [
        #"{"column":"3.13 static","kind":"cell_started","scenario":"stepping/over_recursion"}"#,
        #"{"column":"3.13 static","duration_ms":88,"expected":false,"kind":"cell_finished","#
          + #""reason":"the stop is not where it should be","scenario":"stepping/over_recursion","#
          + #""stdout":"6\n","steps":[{"column":4,"file":"stepping/over_recursion.py","line":15,"#
          + #""result":"held","statement":"break @call"},{"column":4,"expected":"step @after","#
          + #""file":"stepping/over_recursion.py","line":16,"result":"mismatch","#
          + #""seen":"step @recurse\nin fact","statement":"step over -> step @after|@end"},"#
          + #"{"column":4,"file":"stepping/over_recursion.py","line":17,"result":"not_reached","#
          + #""statement":"continue -> exit 0"}],"termination":{"exit":0},"verdict":"fail","#
          + #""violations":["a file is left: x.tmp"]}"#,
        #"{"duration_ms":24130,"kind":"run_finished","reason":"completed"}"#,
      ])
  }

  @Test("the first line says the schema")
  func schema() throws {
    let line = try JSONText.line(EncodedEvent(.runStarted(Fixture.start)))
    #expect(line.contains(#""kind":"run_started""#))
    #expect(line.contains(#""schema":1"#))
    #expect(line.contains(#""date":"2026-08-01T10:04:05Z""#))
  }

  @Test("every file holds the run")
  func everyFile() throws {
    try withTemporaryFolder { folder in
      for recorder in Recorders.files(in: folder) {
        for event in Fixture.events { try recorder.record(event) }
      }
      #expect(try names(in: folder) == ["events.jsonl", "report.html", "report.json", "report.md"])
      let written = try text(of: folder.appending("events.jsonl"))
      expectNoDifference(
        written, try Fixture.events.map { try JSONText.line(EncodedEvent($0)) + "\n" }.joined())
      let document = try JSONObject(text(of: folder.appending("report.json")))
      #expect(document["cells"].count == 12)
      #expect(document["counts"]["unexpected"].number == 6)
      #expect(document["state"].text == "completed")
      let page = try embeddedDocument(in: text(of: folder.appending("report.html")))
      let brief = try JSONObject(page)
      #expect(brief["cells"].count == 12)
      #expect(brief["detail"].text == "brief")
    }
  }

  @Test("a run that is killed leaves what happened until then")
  func killed() throws {
    try withTemporaryFolder { folder in
      let recorder = JSONRecorder(folder: folder)
      for event in Fixture.events.prefix(5) { try recorder.record(event) }
      let lines = try text(of: folder.appending("events.jsonl")).split(separator: "\n")
      #expect(
        try lines.map { try JSONObject(String($0))["kind"].text } == [
          "run_started", "cell_started", "cell_finished", "cell_started", "cell_finished",
        ])
      #expect(try names(in: folder) == ["events.jsonl"])
    }
  }

  @Test("any text survives, controls and all")
  func anyText() throws {
    let strange = "\u{0}\u{1B}[31m\u{7}\r\n\"</script>`\\\u{202E}\u{FFFD}\u{1F40D}"
    let events = Fixture.single(
      CellOutcome(verdict: .fail, reason: strange, standardOutput: strange))
    let lines = try events.map { try JSONText.line(EncodedEvent($0)) + "\n" }.joined()
    #expect(lines.split(separator: "\n").count == 4)
    let cell = try JSONObject(String(lines.split(separator: "\n")[2]))
    #expect(cell["reason"].text == strange)
    #expect(cell["stdout"].text == strange)
  }
}

/// The run as JSON inside a page.
func embeddedDocument(in page: String) throws -> String {
  let opening = try #require(page.range(of: HTMLText.documentOpening))
  let rest = page[opening.upperBound...]
  return String(rest[..<(try #require(rest.range(of: "</script>")).lowerBound)])
}

/// A JSON value as a reader of the files sees it.
struct JSONObject {
  private let value: Any?

  init(_ text: String) throws { value = try JSONSerialization.jsonObject(with: Data(text.utf8)) }

  private init(value: Any?) { self.value = value }

  subscript(key: String) -> JSONObject { JSONObject(value: (value as? [String: Any])?[key]) }
  subscript(index: Int) -> JSONObject { JSONObject(value: (value as? [Any])?[index]) }

  var count: Int? { (value as? [Any])?.count }
  var text: String? { value as? String }
  var number: Double? { value as? Double }
}
