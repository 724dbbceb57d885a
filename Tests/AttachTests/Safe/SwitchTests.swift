import CPython
import Foundation
import Interpreters
import TargetProcess
import TestSupport
import Testing

@testable import Attach

/// The seven switches of PTVS's plan, by their variables and by the options beside them.
@Suite("Switches of safe attach", .serialized)
struct SwitchTests {
  struct Run {
    var ending: ChildProcess.Ending
    var errors: String
  }

  private func run(
    _ target: TargetProgram, _ options: [String] = [], _ variables: [String: String] = [:]
  ) throws -> Run {
    let binary = try #require(KilledAttacherTests.binary, "build the product matrix first")
    let process = try ChildProcess(
      binary.path, ["attach", "\(target.pid)", "--method", "safe", "--eval", "1"] + options,
      environment: ProcessInfo.processInfo.environment
        .merging(variables.map { ("PTVS_SAFE_ATTACH_\($0.key)", $0.value) }) { $1 },
      captures: .errors)
    let errors = try process.rest()
    return Run(ending: process.wait(), errors: errors)
  }

  @Test(
    "do the same by variable and by option", arguments: await SafeInterpreters.all().suffix(1))
  func each(_ interpreter: Interpreter) throws {
    let target = try TargetProgram("bytecode", on: interpreter.path)
    let plain = try run(target)
    #expect(plain.ending == .exited(0) && plain.errors.isEmpty, "\(plain.errors)")
    let cases: [(variable: String, value: String, options: [String], status: Int32, says: String)] =
      [
        ("MANAGED_DISABLE", "1", ["--no-safe"], 37, "safe attach is disabled here"),
        ("MANAGED_WRITE", "0", ["--no-write"], 37, "nothing was written"),
        ("ALLOW_EXPORT", "1", ["--ask", "export"], 0, "export: "),
        ("FORCE_HEURISTIC", "1", ["--ask", "heuristic"], 0, "heuristic: "),
        ("VERBOSE", "1", ["--verbose"], 0, "table-walk: "),
        // Seen in nothing here: the walk finds the thread, and each command begins without a cache.
        ("ALLOW_EXPORT_FALLBACK", "1", ["--ask", "export-fallback"], 0, ""),
        ("MANAGED_NO_CACHE", "1", ["--no-cache"], 0, ""),
      ]
    for one in cases {
      for run in [
        try run(target, [], [one.variable: one.value]), try run(target, one.options),
      ] {
        #expect(run.ending == .exited(one.status), "\(one.variable): \(run)")
        #expect(
          one.says.isEmpty ? run.errors.isEmpty : run.errors.contains(one.says),
          "\(one.variable): \(run.errors)")
      }
    }
    let inference = try run(target, ["--ask", "inference", "--ask", "heuristic"])
    #expect(inference.errors.contains("inference: ") && inference.errors.contains("wrong"))
    #expect(inference.errors.contains("heuristic: "))
    try target.checkUnharmed()
  }

  @Test("without the cache every attach walks", arguments: await SafeInterpreters.all().suffix(1))
  func cache(_ interpreter: Interpreter) async throws {
    let target = try TargetProgram("bytecode", on: interpreter.path)
    for (ignores, wanted) in [
      (false, ProviderKind.tableWalk), (false, .cache), (true, .tableWalk), (false, .cache),
    ] {
      var options = SafeOptions()
      options.switches.ignoresCache = ignores
      let report = await SafeAttach(options)
        .attach(to: target.live, running: .expression("1"), limits: .init())
      #expect(report.safe?.providers.map(\.provider) == [wanted])
    }
  }

  @Test func theExportIsAskedOnlyWhereTheWalkFails() throws {
    let target = try SyntheticTarget()
    let chain = ProviderChain(
      writable: [TableWalkProvider()], diagnostic: [], fallback: [ExportProvider(address: nil)])
    #expect(chain.run(target.walk()).map(\.provider) == [.tableWalk])
    #expect(chain.run(target.walk(alive: [])).map(\.provider) == [.tableWalk, .export])
  }
}
