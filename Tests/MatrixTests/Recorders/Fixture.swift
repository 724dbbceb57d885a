import CPython
import Harness
import Interpreters
import Matrix
import SystemPackage

/// A run in which every verdict occurs: three scenarios on four interpreters, one of them missing.
enum Fixture {
  static let columns = [
    Column(label: "3.8", runtime: .interpreter(python(PythonVersion(3, 8, 20), isShared: true))),
    Column(
      label: "3.13 static",
      runtime: .interpreter(python(PythonVersion(3, 13, 9), isShared: false))),
    Column(
      label: "3.15",
      runtime: .interpreter(
        python(
          PythonVersion(3, 15, 0, releaseLevel: .candidate, serial: 2), isShared: true,
          flags: [.freeThreaded, .debug]))),
    Column(label: "3.7", runtime: .missing(hint: "uv python install 3.7")),
  ]

  static let rows = [
    RunStart.Row(
      name: "breakpoints/always", title: "A breakpoint stops each time its line is reached.",
      notes: ["see: https://example.org/a?b=1&c=2"]),
    RunStart.Row(
      name: "stepping/over_recursion", title: "Step over does not stop inside a recursive call."),
    RunStart.Row(name: "children/group", title: "A group shows its exceptions."),
  ]

  static let start = RunStart(
    toolVersion: "0.1.0", date: 1_785_578_645, machine: "Linux 6.1 x86_64", columns: columns,
    rows: rows, jobs: 2)

  static let end = Event.runFinished(RunEnd(reason: .completed, duration: .milliseconds(24_130)))

  /// Row by row, in the order of the columns.
  static let outcomes: [[CellOutcome]] = [
    [
      CellOutcome(
        verdict: .pass, steps: [held], termination: .exited(0), duration: .microseconds(61_250)),
      CellOutcome(verdict: .blocked, reason: "ptrace is not permitted"),
      CellOutcome(
        verdict: .timeout, reason: "no end within 10 s", steps: [held],
        termination: .signalled(9), standardOutput: "waiting\n", duration: .seconds(10)),
      CellOutcome(verdict: .unavailable, reason: "3.7 is not on this machine"),
    ],
    [
      CellOutcome(verdict: .blocked, reason: "the debugger may not attach"),
      CellOutcome(
        verdict: .fail, reason: "the stop is not where it should be", steps: [held, wrong, late],
        violations: ["a file is left: x.tmp"], termination: .exited(0), standardOutput: "6\n",
        duration: .milliseconds(88)),
      CellOutcome(
        verdict: .crash, reason: "ended by SIGSEGV", termination: .signalled(11),
        standardError: "Fatal Python error: Segmentation fault\n", duration: .milliseconds(130)),
      CellOutcome(verdict: .unavailable, reason: "3.7 is not on this machine"),
    ],
    [
      CellOutcome(verdict: .unsupported, reason: "for Python >=3.11"),
      CellOutcome(verdict: .unsupported, reason: "there is no libpython to embed"),
      CellOutcome(verdict: .error, reason: "no connection", duration: .milliseconds(12)),
      CellOutcome(verdict: .unavailable, reason: "3.7 is not on this machine"),
    ],
  ]

  /// All of it, cell after cell.
  static var events: [Event] { [.runStarted(start)] + cellEvents + [end] }

  static var cellEvents: [Event] {
    zip(rows, outcomes).flatMap { row, outcomes in
      zip(columns, outcomes).flatMap { column, outcome -> [Event] in
        let cell = CellID(column: column.label, scenario: row.name)
        return [.cellStarted(cell), .cellFinished(cell, outcome)]
      }
    }
  }

  /// A run of one scenario on one interpreter.
  static func single(_ outcome: CellOutcome, row: RunStart.Row = rows[0]) -> [Event] {
    let start = RunStart(
      toolVersion: "0.1.0", date: 0, machine: "Linux", columns: [columns[0]], rows: [row], jobs: 1)
    let cell = CellID(column: columns[0].label, scenario: row.name)
    return [.runStarted(start), .cellStarted(cell), .cellFinished(cell, outcome), end]
  }

  static let held = StepRecord(statement: "break @call", location: at(15), result: .held)
  static let wrong = StepRecord(
    statement: "step over -> step @after|@end", location: at(16),
    result: .mismatch(expected: "step @after", seen: "step @recurse\nin fact"))
  static let late = StepRecord(
    statement: "continue -> exit 0", location: at(17), result: .notReached)

  private static func at(_ line: Int) -> SourceLocation {
    SourceLocation(file: "stepping/over_recursion.py", line: line, column: 4)
  }

  private static func python(
    _ version: PythonVersion, isShared: Bool, flags: ABIFlags = []
  ) -> Interpreter {
    Interpreter(
      version: version, abiFlags: flags,
      linkage: isShared ? .shared(library: "/usr/lib/libpython.so") : .static, libc: .gnu,
      architecture: "x86_64", operatingSystem: "linux",
      path: FilePath("/usr/bin/python\(version.series)"),
      realPath: FilePath("/opt/python/bin/python\(version.series)"),
      prefix: "/usr", source: .system, remoteDebugging: .unsupported)
  }
}
