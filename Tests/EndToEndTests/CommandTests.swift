import CPython
import Foundation
import Harness
import Interpreters
import Matrix
import Subprocess
import SystemPackage
import Testing

@Suite("The command")
struct CommandTests {
  private static let binary = Machine.products.appending("matrix")
  private static let selfTests = ["--scenarios-from", VerdictTests.folder.string]

  struct Finished {
    var status: TerminationStatus
    var output: String
    var errors: String
  }

  /// Runs `matrix` with `CI` as given and the rest of the environment as it is.
  private func matrix(
    _ arguments: [String], binary: FilePath = Self.binary, ci: String? = nil,
    in folder: FilePath? = nil
  ) async throws -> Finished {
    try await Machine.turnstile.pass {
      let result = try await Subprocess.run(
        .path(binary), arguments: Arguments(arguments),
        environment: .inherit.updating(["CI": ci, "NO_COLOR": "1"]), workingDirectory: folder,
        output: .string(limit: 1 << 20), error: .string(limit: 1 << 20))
      return Finished(
        status: result.terminationStatus, output: result.standardOutput,
        errors: result.standardError)
    }
  }

  @Test("runs what was asked for and exits with 0")
  func runsWhatWasAskedFor() async throws {
    for column in await Machine.ends {
      let path = column.interpreter.path.string
      let run = try await matrix(
        ["run", "--versions", path, "--scenarios", "stepping/over_*", "--jobs", "1"])
      #expect(run.status == .exited(0), "\(run.errors)")
      #expect(run.output.contains("over_recursive_call"))
      #expect(!run.output.contains("\u{1B}"))
    }
  }

  @Test("says that results are not as expected with 1, and goes on behind them")
  func unexpectedResultsExitWithOne() async throws {
    let column = try #require(await Machine.ends.last)
    let run = try await matrix(
      [
        "run", "--versions", column.interpreter.path.string, "--scenarios", "outcomes/crashes",
        "outcomes/exits_otherwise", "outcomes/passes",
      ] + Self.selfTests)
    #expect(run.status == .exited(1))
    #expect(run.output.contains("3 cells: 1 pass, 1 fail, 1 crash"), "\(run.output)")
  }

  @Test("ends at the first unexpected result if asked to")
  func failsFast() async throws {
    let column = try #require(await Machine.ends.last)
    let run = try await matrix(
      [
        "run", "--versions", column.interpreter.path.string, "--scenarios",
        "outcomes/exits_otherwise", "outcomes/passes", "--jobs", "1", "--fail-fast",
      ]
        + Self.selfTests)
    #expect(run.status == .exited(1))
    #expect(!run.output.contains("1 pass"), "\(run.output)")
  }

  @Test("shows a missing interpreter as unavailable, and fails for it in CI or if asked to")
  func aMissingInterpreterIsUnavailable() async throws {
    let found = await InterpreterFinder().find().interpreters
    let missing = try #require(
      ["3.5", "3.13td", "3.14td", "3.15td"].first { name in
        (try? InterpreterRequest(parsing: name)).map { request in
          !found.contains { $0.satisfies(request) }
        } ?? false
      }, "this machine has every build that there is")
    let arguments = ["run", "--versions", missing, "--scenarios", "stepping/over_yield"]
    let local = try await matrix(arguments)
    #expect(local.status == .exited(5), "\(local.errors)")
    #expect(local.errors.contains("nothing was run; required and not here: \(missing)"))
    #expect(local.output.contains("1 unavailable"))
    let column = try #require(await Machine.ends.last)
    let partly = try await matrix(arguments + ["--versions", column.interpreter.path.string])
    #expect(partly.status == .exited(0), "\(partly.errors)")
    #expect(try await matrix(arguments, ci: "true").status == .exited(5))
    #expect(try await matrix(arguments + ["--missing", "fail"]).status == .exited(5))
    #expect(try await matrix(arguments + ["--missing", "skip"], ci: "true").status == .exited(0))
  }

  @Test("refuses a version that it does not know, with the range that it knows")
  func anUnknownVersionIsRefused() async throws {
    let run = try await matrix(["run", "--versions", "9.9"])
    #expect(run.status == .exited(64))
    #expect(run.errors.contains("3.5") && run.errors.contains("3.15"), "\(run.errors)")
  }

  @Test("refuses a time limit that no clock can take", arguments: ["1e30", "nan", "-1", "0"])
  func anImpossibleTimeLimitIsRefused(_ seconds: String) async throws {
    let run = try await matrix(["run", "--timeout=\(seconds)"])
    #expect(run.status == .exited(64))
    #expect(run.errors.contains("a number of seconds above 0 and up to 86400"), "\(run.errors)")
  }

  @Test("says that nothing was selected with 4")
  func nothingSelectedExitsWithFour() async throws {
    let run = try await matrix(["run", "--scenarios", "no-such*"])
    #expect(run.status == .exited(4))
    #expect(run.errors.contains("no-such*"))
  }

  @Test("a pattern that selects nothing is an error beside one that does, with a suggestion")
  func idlePatternExitsWithFour() async throws {
    let run = try await matrix(["run", "--scenarios", "over_yeild", "--scenarios", "over_await"])
    #expect(run.status == .exited(4))
    #expect(run.errors.contains("'over_yeild'; did you mean stepping/over_yield"), "\(run.errors)")
    #expect(run.output.isEmpty)
  }

  @Test("a run for which no interpreter fits says so with 4")
  func nothingFitsExitsWithFour() async throws {
    let column = try #require(await Machine.ends.first)
    let entry = column.interpreter.version.series < PythonSeries(3, 14) ? "safe" : "inject"
    let run = try await matrix([
      "run", "--versions", column.interpreter.path.string, "--entry", entry, "--scenarios",
      "over_yield",
    ])
    #expect(run.status == .exited(4))
    #expect(run.errors.contains("error: nothing was run: "), "\(run.errors)")
  }

  @Test("what cannot take the reports is a usage error before anything runs")
  func unusableOutput() async throws {
    try await withTemporaryDirectory { scratch in
      try scratch.folder.write("", to: "file")
      let file = scratch.path.appending("file").string
      for output in ["", file, file + "/below", "/proc/none"] {
        let run = try await matrix(["run", "--scenarios", "over_yield", "--output", output])
        #expect(run.status == .exited(64), "\(output): \(run.errors)")
        #expect(run.errors.contains("--output"), "\(run.errors)")
        #expect(run.output.isEmpty)
      }
    }
  }

  @Test("standard error that nobody reads to its end does not make a run fail")
  func closedStandardError() async throws {
    let column = try #require(await Machine.ends.first)
    let (reading, writing) = try FileDescriptor.pipe()
    try reading.close()
    let run = try await Subprocess.run(
      .path(Self.binary),
      arguments: [
        "run", "--versions", column.interpreter.path.string, "--scenarios", "over_yield",
      ], output: .string(limit: 1 << 20),
      error: .fileDescriptor(writing, closeAfterSpawningProcess: true))
    #expect(run.terminationStatus == .exited(0))
    #expect(run.standardOutput.contains("1 pass"))
  }

  @Test("help names no scenario that does not exist")
  func helpNamesScenarios() async throws {
    let names = Set(try ScenarioLibrary.embedded().flatMap { [$0.name, $0.shortName] })
    for command in [[], ["run"], ["list"], ["list", "scenarios"], ["list", "cells"]] {
      let help = try await matrix(["help"] + command).output
      for match in help.matches(of: /[a-z]+(?:_[a-z]+)+/) {
        #expect(names.contains(String(match.output)), "\(command): \(match.output)")
      }
    }
  }

  @Test("the shell completes entries, versions and scenarios")
  func completions() async throws {
    let script = try await matrix(["--generate-completion-script", "bash"]).output
    for word in ["inject", "3.13t"] { #expect(script.contains(word), "\(word)") }
    let names = try await matrix([
      "---completion", "run", "--", "--scenarios", "0", "0", "", "",
    ]).output
    #expect(names.contains("stepping/over_yield"), "\(names)")
  }

  @Test("a scenario whose program does not compile says so")
  func brokenProgram() async throws {
    let column = try #require(await Machine.ends.last)
    try await withTemporaryDirectory { scratch in
      try scratch.folder.write(
        "\"\"\"A.\"\"\"\nx = 1  # @x\ndef\n#> break @x\n#> run -> breakpoint @x\n#> continue -> exit 0\n",
        to: "mine/broken.py")
      let run = try await matrix([
        "run", "--versions", column.interpreter.path.string, "--scenarios-from",
        scratch.path.appending("mine").string, "--scenarios", "broken",
      ])
      #expect(run.status == .exited(1))
      #expect(run.output.contains("SyntaxError"), "\(run.output)")
    }
  }

  @Test("shows every mistake of a scenario with file, line and column before anything runs")
  func mistakesAreShown() async throws {
    try await withTemporaryDirectory { scratch in
      try scratch.folder.write("\"\"\"A.\"\"\"\n#> run -> exit\n#> hop\n", to: "mine/bad.py")
      let folder = scratch.path.appending("mine").string
      let run = try await matrix(["run", "--scenarios-from", folder])
      #expect(run.status == .exited(64))
      #expect(run.errors.contains("\(folder)/bad.py:2:15: "), "\(run.errors)")
      #expect(run.errors.contains("\(folder)/bad.py:3:4: "), "\(run.errors)")
      #expect(run.output.isEmpty)
    }
  }

  @Test("writes every report, and the table of the run is in each")
  func writesEveryReport() async throws {
    let column = try #require(await Machine.ends.first)
    try await withTemporaryDirectory { scratch in
      let folder = scratch.path.appending("out")
      let run = try await matrix([
        "run", "--versions", column.interpreter.path.string, "--scenarios", "children/*",
        "--output", folder.string,
      ])
      #expect(run.status == .exited(0), "\(run.errors)")
      for name in ["events.jsonl", "report.json", "report.md", "report.html"] {
        let text = try String(contentsOfFile: folder.appending(name).string, encoding: .utf8)
        #expect(text.contains("dict_items"), "\(name)")
      }
    }
  }

  @Test("writes the agent out as it is in the sources, into an empty folder only")
  func exportsTheAgent() async throws {
    try await withTemporaryDirectory { scratch in
      let folder = scratch.path.appending("new/agent")
      let export = try await matrix(["agent", "export", folder.string])
      #expect(export.status == .exited(0), "\(export.errors)")
      #expect(export.output == "\(folder)/launcher.py\n")
      let sources = Machine.testSources.removingLastComponent().removingLastComponent()
        .appending("Harness/Agent")
      for name in ["launcher.py", "_matrix_agent/wire.py", "_matrix_agent/control/base.py"] {
        let written = try String(contentsOfFile: folder.appending(name).string, encoding: .utf8)
        let source = try String(contentsOfFile: sources.appending(name).string, encoding: .utf8)
        #expect(written == source)
      }
      #expect(try await matrix(["agent", "export", folder.string]).status == .exited(64))
    }
  }

  private static let releaseBinary =
    ProcessInfo.processInfo.environment["MATRIX_RELEASE_BINARY"]

  @Test(
    "in an empty folder, the release binary alone does everything",
    .enabled(if: releaseBinary != nil, "scripts/test builds it and sets MATRIX_RELEASE_BINARY"))
  func theReleaseBinaryStandsAlone() async throws {
    let built = try #require(Self.releaseBinary)
    let column = try #require(await Machine.ends.last)
    try await withTemporaryDirectory { scratch in
      let binary = scratch.path.appending("matrix")
      try FileManager.default.copyItem(atPath: built, toPath: binary.string)
      let run = try await matrix(
        ["run", "--versions", column.interpreter.path.string, "--output", "report"],
        binary: binary, in: scratch.path)
      #expect(run.status == .exited(0), "\(run.output)")
      #expect(run.output.contains("30 cells: 30 pass"), "\(run.output)")
    }
  }
}

extension Scenario {
  fileprivate var shortName: String { name.split(separator: "/").last.map(String.init) ?? name }
}
