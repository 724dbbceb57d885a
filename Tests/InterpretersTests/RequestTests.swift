import CPython
import Interpreters
import SystemPackage
import Testing

@Suite("Requests")
struct RequestTests {
  typealias Release = InterpreterRequest.Release

  static let releases: [(String, Release)] = [
    ("3.12", Release(PythonSeries(3, 12))),
    (" 3.12 ", Release(PythonSeries(3, 12))),
    ("3.12.1", Release(PythonSeries(3, 12), micro: 1)),
    ("3.13t", Release(PythonSeries(3, 13), flags: .freeThreaded)),
    ("3.14d", Release(PythonSeries(3, 14), flags: .debug)),
    ("3.13td", Release(PythonSeries(3, 13), flags: [.freeThreaded, .debug])),
    ("3.13.2t", Release(PythonSeries(3, 13), micro: 2, flags: .freeThreaded)),
    ("3.5d", Release(PythonSeries(3, 5), flags: .debug)),
    (
      "3.15.0rc2",
      Release(PythonSeries(3, 15), micro: 0, prerelease: .init(.candidate, 2))
    ),
    ("3.15.0a1", Release(PythonSeries(3, 15), micro: 0, prerelease: .init(.alpha, 1))),
    ("python3.12", Release(PythonSeries(3, 12))),
    ("CPython3.12", Release(PythonSeries(3, 12))),
    ("cpython@3.12.4", Release(PythonSeries(3, 12), micro: 4)),
    ("cp312", Release(PythonSeries(3, 12))),
    ("cp39", Release(PythonSeries(3, 9))),
    ("cp313t", Release(PythonSeries(3, 13), flags: .freeThreaded)),
    ("3.13+freethreaded", Release(PythonSeries(3, 13), flags: .freeThreaded)),
    ("3.13+freethreaded+debug", Release(PythonSeries(3, 13), flags: [.freeThreaded, .debug])),
    ("3.12+debug", Release(PythonSeries(3, 12), flags: .debug)),
    ("3.14+gil", Release(PythonSeries(3, 14))),
  ]

  @Test("a release is read in each of its spellings", arguments: releases)
  func release(text: String, release: Release) throws {
    #expect(try InterpreterRequest(parsing: text) == .release(release))
  }

  @Test("a span has both of its ends")
  func span() throws {
    #expect(
      try InterpreterRequest(parsing: "3.9..3.12")
        == .span(PythonSeries(3, 9)...PythonSeries(3, 12), flags: []))
    #expect(
      try InterpreterRequest(parsing: "3.13t..3.15t")
        == .span(PythonSeries(3, 13)...PythonSeries(3, 15), flags: .freeThreaded))
  }

  @Test(
    "what has a slash, or starts with a dot or a tilde, is a path",
    arguments: ["/usr/bin/python3", "./python", "../python", "~/python", "builds/3.12", "."])
  func path(text: String) throws {
    #expect(try InterpreterRequest(parsing: text) == .path(FilePath(text)))
  }

  @Test("comparisons in a list stay together, everything else is taken apart")
  func list() throws {
    #expect(try InterpreterRequest.parseList("3.12,3.14").map(\.description) == ["3.12", "3.14"])
    #expect(try InterpreterRequest.parseList(">=3.12,<3.15").map(\.description) == [">=3.12,<3.15"])
    #expect(
      try InterpreterRequest.parseList("3.9, >=3.12, !=3.13, all,<3.7,./python").map(\.description)
        == ["3.9", ">=3.12,!=3.13", "all", "<3.7", "./python"])
  }

  @Test(
    "a request is written as it can be read",
    arguments: ["all", "3.12", "3.15.0rc2", "3.13.1td", "3.9..3.12", "3.13t..3.15t", ">=3.6,<3.9"])
  func roundTrip(text: String) throws {
    #expect(try InterpreterRequest(parsing: text).description == text)
  }

  @Test(
    "a version that nobody knows is refused with the range that is known",
    arguments: [
      "9.9", "3.4", "3.16", "2.7", "4", "2", "3.99.1", "cp34", "3.4..3.9", "3.9..3.16", ">=3.16",
      "<3.5", ">=3.9,<3.9", ">=3.13,<3.7",
    ])
  func outside(text: String) {
    let error = #expect(throws: InterpreterRequest.ParseError.outsideSupported(text)) {
      try InterpreterRequest(parsing: text)
    }
    #expect(error?.description.contains("3.5 to 3.15") == true)
  }

  @Test(
    "what is not a request is refused with the forms that there are",
    arguments: [
      "foo", "3", "3.", "3.x", "3.12.", "3.12.x", "3.12tt", "3.12dt", "3.12+fast", "3.13t+gil",
      "pypy3.10", "py", "cp", "cp412", "3.12 3.13", "3.12.1.1", "3.99999999999999999999", "-1",
      "3.9..", "3.12rc1",
    ])
  func unknown(text: String) {
    let error = #expect(throws: InterpreterRequest.ParseError.unknown(text)) {
      try InterpreterRequest(parsing: text)
    }
    #expect(error?.description.contains("3.9..3.12") == true)
  }

  @Test("nothing is not a request", arguments: ["", "  ", "3.12,,3.13", "3.12,"])
  func empty(text: String) {
    #expect(throws: InterpreterRequest.ParseError.empty) {
      try InterpreterRequest.parseList(text)
    }
  }

  @Test("free-threaded builds are refused before 3.13", arguments: ["3.12t", "3.9t..3.12t"])
  func tooEarly(text: String) {
    let error = #expect(throws: InterpreterRequest.ParseError.self) {
      try InterpreterRequest(parsing: text)
    }
    #expect(error?.description.contains("from 3.13 on") == true)
  }

  @Test("a span says which end is wrong", arguments: ["3.12..3.9", "3.9.1..3.12", "3.13t..3.14"])
  func badSpan(text: String) {
    let error = #expect(throws: InterpreterRequest.ParseError.self) {
      try InterpreterRequest(parsing: text)
    }
    #expect(error?.description.contains("is not a range of versions") == true)
  }
}
