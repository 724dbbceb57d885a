import CPython
import Foundation
import Harness
import Interpreters
import Matrix
import SystemPackage
import Testing

/// Programs that must hang, crash, leak and fail, so that every verdict is seen to work.
@Suite("Verdicts")
struct VerdictTests {
  static let folder = Machine.testSources.appending("SelfTests")

  static let expected: [(name: String, verdict: Verdict, reason: String?)] = [
    ("passes", .pass, nil),
    ("lets_go", .pass, nil),
    ("waits_to_be_paused", .pass, nil),
    ("does_not_compile", .pass, nil),
    ("crashes_as_expected", .pass, nil),
    ("expects_too_much", .fail, "'evaluate answer -> 43' does not hold"),
    ("stops_elsewhere", .fail, "'run -> breakpoint @third' does not hold"),
    ("exits_otherwise", .fail, "'run -> exit 0' does not hold"),
    ("leaks_a_child", .fail, "a process was left running"),
    ("leaks_a_loud_child", .fail, "a process was left running"),
    ("leaves_a_file", .fail, "left in the temporary folder: left-"),
    ("hangs", .timeout, "no end after 2 s, before 'run -> exit 0'"),
    ("hangs_deaf", .timeout, "no end after 2 s, before 'run -> exit 0'"),
    ("crashes", .crash, "killed SIGKILL"),
    ("needs_another_python", .unsupported, "the scenario needs Python ==3.4"),
  ]

  struct Case: Sendable, CustomTestStringConvertible {
    var scenario: Scenario
    var verdict: Verdict
    var reason: String?
    var column: Machine.Named

    var testDescription: String { "\(scenario.name) on \(column.label)" }
  }

  static func cases() async throws -> [Case] {
    let scenarios = try ScenarioLibrary.scenarios(in: folder)
    let ends = await Machine.ends
    return try expected.flatMap { name, verdict, reason in
      let scenario = try #require(scenarios.first { $0.name == "outcomes/\(name)" })
      return ends.map { Case(scenario: scenario, verdict: verdict, reason: reason, column: $0) }
    }
  }

  @Test("each program gets the verdict that it is made for", arguments: try await cases())
  func eachProgramGetsItsVerdict(_ expected: Case) async throws {
    let outcome = try await outcome(of: expected.scenario, on: expected.column.interpreter)
    #expect(outcome.verdict == expected.verdict)
    if let reason = expected.reason {
      #expect(outcome.reason?.contains(reason) == true, "\(outcome.reason ?? "no reason")")
    } else {
      #expect(outcome.reason == nil)
    }
  }

  @Test("every program is in the table above")
  func everyProgramIsInTheTable() throws {
    let names = try ScenarioLibrary.scenarios(in: Self.folder)
      .filter { $0.group == "outcomes" }.map(\.name)
    #expect(names == Self.expected.map { "outcomes/\($0.name)" }.sorted())
  }

  @Test("the statement that does not hold says what was expected and what was seen")
  func aMismatchSaysBoth() async throws {
    let scenario = try #require(
      try ScenarioLibrary.scenarios(in: Self.folder).first { $0.name.hasSuffix("expects_too_much") }
    )
    let column = try #require(await Machine.ends.first)
    let outcome = try await outcome(of: scenario, on: column.interpreter)
    let steps = outcome.steps
    try #require(
      steps.map(\.result) == [
        .held, .held, .mismatch(expected: "43", seen: "42"), .notReached,
      ], "\(outcome.verdict): \(outcome.reason ?? "no reason")")
    #expect(steps[2].location.line == 8)
    #expect(steps[2].location.column == 4)
  }

  // MARK: Where nothing is known about the debugger

  private static let scenario = Result {
    try Scenario.parse(
      name: "any", display: "any.py", text: "\"\"\"Any.\"\"\"\n#> run -> exit 0\n")
  }

  @Test("a program that ends before the debugger is there is an error")
  func endingBeforeTheDebuggerIsAnError() async throws {
    let outcome = try await outcome(of: try Self.scenario.get(), on: .fake(at: "/bin/true"))
    #expect(outcome.verdict == .error)
    #expect(outcome.reason == "the program ended early (exit 0), before 'run -> exit 0'")
  }

  @Test("a libpython whose loading does not end is a timeout")
  func loadingALibraryHasADeadline() async throws {
    try await withTemporaryDirectory { directory in
      let library = directory.path.appending("libpython.so")
      try #require(library.withPlatformString { mkfifo($0, 0o600) } == 0)
      let outcome = try await outcome(
        of: try Self.scenario.get(), on: .fake(at: "/bin/true", library: library),
        configuration: CellConfiguration(host: .embedded), timeout: .milliseconds(500))
      #expect(outcome.verdict == .timeout)
      #expect(outcome.reason?.contains("loaded \(library)") == true, "\(outcome.reason ?? "")")
    }
  }

  @Test("an interpreter that is gone is an error that names it")
  func aMissingExecutableIsAnError() async throws {
    let outcome = try await outcome(of: try Self.scenario.get(), on: .fake(at: "/no/such/python"))
    #expect(outcome.verdict == .error)
    #expect(outcome.reason?.contains("/no/such/python") == true)
  }

  @Test("a file that may not be executed is blocked, not an error")
  func aForbiddenExecutableIsBlocked() async throws {
    let outcome = try await outcome(of: try Self.scenario.get(), on: .fake(at: "/etc/passwd"))
    #expect(outcome.verdict == .blocked)
  }
}

extension Interpreter {
  fileprivate static func fake(at path: FilePath, library: FilePath? = nil) -> Interpreter {
    Interpreter(
      version: PythonVersion(3, 12), abiFlags: [],
      linkage: library.map { .shared(library: $0) } ?? .static, libc: .gnu,
      architecture: "x86_64", operatingSystem: "linux", path: path, realPath: path,
      prefix: "/usr", source: .explicit, remoteDebugging: .unsupported)
  }
}
