import CustomDump
import Harness
import SystemPackage
import Testing

@testable import Matrix

@Suite("The JSON form")
struct JSONRecorderTests {
  @Test("one line an event, with sorted keys")
  func lines() throws {
    let events = [Fixture.cellEvents[10], Fixture.cellEvents[11], Fixture.end]
    let lines = try events.map { try WireJSON.line(WireEvent($0)) }
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
    let line = try WireJSON.line(WireEvent(.runStarted(Fixture.start)))
    #expect(line.contains(#""kind":"run_started""#))
    #expect(line.contains(#""schema":1"#))
    #expect(line.contains(#""date":"2026-08-01T10:04:05Z""#))
  }

  @Test("every file gives the run again")
  func roundTrip() throws {
    try withTemporaryFolder { folder in
      for recorder in Recorders.files(in: folder) {
        for event in Fixture.events { try recorder.record(event) }
      }
      #expect(try names(in: folder) == ["events.jsonl", "report.html", "report.json", "report.md"])
      let lines = try RunReader.events(in: text(of: folder.appending("events.jsonl")))
      expectNoDifference(try encoded(lines), try encoded(Fixture.events))
      let document = Report(try RunReader.events(in: text(of: folder.appending("report.json"))))
      expectNoDifference(try encoded(document), try encoded(Report(Fixture.events)))
      let page = Report(try RunReader.events(in: text(of: folder.appending("report.html"))))
      expectNoDifference(
        try WireJSON.document(WireReport(page, isBrief: true)),
        try WireJSON.document(WireReport(Report(Fixture.events), isBrief: true)))
    }
  }

  @Test("a run that is killed leaves what happened until then")
  func killed() throws {
    try withTemporaryFolder { folder in
      let recorder = JSONRecorder(folder: folder)
      for event in Fixture.events.prefix(5) { try recorder.record(event) }
      let written = try text(of: folder.appending("events.jsonl"))
      #expect(try RunReader.events(lines: written).count == 5)
      let torn = String(written.dropLast(20))
      #expect(try RunReader.events(lines: torn).count == 4)
      #expect(Report(try RunReader.events(lines: torn)).state == .incomplete)
      #expect(try names(in: folder) == ["events.jsonl"])
    }
  }

  @Test("kinds and keys that a reader does not know are left out")
  func unknown() throws {
    let events = try RunReader.events(
      lines: """
        {"kind":"weather","sun":true}
        {"column":"3.8","kind":"cell_started","scenario":"a/b","since":{"x":[1]}}

        """)
    #expect(events.count == 1)
  }

  @Test(
    "what cannot be read is refused with its line and cause",
    arguments: [
      ("nonsense\n", "line 1: not JSON"),
      (#"{"kind":"cell_started","column":"3.8"}"# + "\n", #"line 1: there is no "scenario""#),
      (
        "\n" + #"{"kind":"run_finished","reason":"bored","duration_ms":1}"# + "\n",
        #"line 2: unknown value for "reason": bored"#
      ),
      (
        #"{"kind":"run_started","schema":2}"# + "\n",
        "line 1: the run is stored in schema 2; this version reads 1"
      ),
      (
        #"{"kind":"run_finished","reason":"completed","duration_ms":"1"}"# + "\n",
        #"line 1: "duration_ms" has a value of another type"#
      ),
    ])
  func refused(text: String, message: String) {
    let error = #expect(throws: RunReadError.self) { try RunReader.events(in: text) }
    #expect(error?.description == message)
  }

  @Test("any text survives, controls and all")
  func anyText() throws {
    let strange = "\u{0}\u{1B}[31m\u{7}\r\n\"</script>`\\\u{202E}\u{FFFD}\u{1F40D}"
    let events = Fixture.single(
      CellOutcome(verdict: .fail, reason: strange, standardOutput: strange))
    let lines = try events.map { try WireJSON.line(WireEvent($0)) + "\n" }.joined()
    #expect(lines.split(separator: "\n").count == 4)
    let report = Report(try RunReader.events(lines: lines))
    let outcome = report.outcome(report.rows[0], report.columns[0])
    #expect(outcome?.reason == strange)
    #expect(outcome?.standardOutput == strange)
  }

  private func encoded(_ events: [Event]) throws -> [String] {
    try events.map { try WireJSON.line(WireEvent($0)) }
  }

  private func encoded(_ report: Report) throws -> String {
    try WireJSON.document(WireReport(report))
  }
}
