import Attach
import CPython
import Foundation
import Interpreters
import TargetProcess
import TestSupport
import Testing

/// A signal that arrives while code of ours runs in a program belongs to the program: its handler's
/// exception is raised there, at once, and nothing is printed.
@Suite("Signals during an attach", .serialized)
struct SignalTests {
  static let kinds = ["bytecode", "idlesleep", "idleselect", "idleread", "idlepause", "alonelock"]

  /// Each sends the signal from inside, so that it arrives while the code runs.
  static let payloads: [Payload] = [
    .file(
      """
      import os
      os.kill(os.getpid(), 15)
      for i in range(1000):
          pass
      """, name: "code.py"),
    .expression("__import__('os').kill(__import__('os').getpid(), 15) or sum(range(1000))"),
  ]

  @Test("The handler's exception ends the program", arguments: await StopTests.ends())
  func injector(_ interpreter: Interpreter) async throws {
    try await check(LegacyInjector(), interpreter)
  }

  @Test(
    "The handler's exception ends the program on versions with safe attach",
    arguments: await SafeInterpreters.all())
  func newest(_ interpreter: Interpreter) async throws {
    try await check(LegacyInjector(), interpreter)
    try await check(SafeAttach(), interpreter)
  }

  private func check(_ entry: some Attacher, _ interpreter: Interpreter) async throws {
    for kind in Self.kinds {
      for threads in ["1", "2"] {
        // CPython looks for no requests in a lock, and does not call pause again.
        if entry is SafeAttach, threads == "2" || ["alonelock", "idlepause"].contains(kind) {
          continue
        }
        for payload in Self.payloads {
          let target = try TargetProgram(
            kind, on: interpreter.path,
            variables: ["TARGET_ENDS_WITH": "42", "TARGET_THREADS": threads], captures: .both)
          if kind != "bytecode" { try waitUntilItSleeps(target) }
          let report = await entry.attach(to: target.live, running: payload, limits: .init())
          let what = "\(interpreter.label) \(entry) \(kind), \(threads) threads: \(report)"
          switch report.outcome {
          case .attached(.result), .busy(.interrupted), .gone(.endedMeanwhile): break
          default: Issue.record("\(what)")
          }
          let said = try? target.process.rest(within: .seconds(20))
          #expect(said == "", "\(what)")
          if said != nil { #expect(target.process.wait() == .exited(42), "\(what)") }
        }
      }
    }
  }

  /// A signal that comes right before a wait begins is late without an attach, too.
  private func waitUntilItSleeps(_ target: TargetProgram) throws {
    let end = ContinuousClock.now + .seconds(30)
    while target.live.status?.state != "S" {
      try #require(.now < end, "it does not begin to wait")
      usleep(200)
    }
  }

  @Test("What the code itself raises is told, and stays out of the program")
  func ownError() async throws {
    let interpreter = try #require(await StopTests.ends().last, "get some with scripts/pythons")
    let target = try TargetProgram(
      "bytecode", on: interpreter.path, variables: ["TARGET_ENDS_WITH": "42"])
    let code = Payload.file("raise SystemExit(3)", name: "code.py")
    let report = await LegacyInjector().attach(to: target.live, running: code, limits: .init())
    guard case .attached(.raised(let traceback)) = report.outcome else {
      Issue.record("\(report)")
      return
    }
    #expect(traceback.contains("SystemExit: 3"))
    try target.checkUnharmed()
  }
}
