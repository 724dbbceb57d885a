import CPython
import Foundation
import Glibc
import Interpreters
import TargetProcess
import Testing

@testable import Attach

/// Kills the target with SIGKILL at any moment of an attach: it is told as ended, whatever step it
/// was at. `MATRIX_ATTACH_ENDINGS` says how often, for each kind of program and each entry.
@Suite("A target that ends", .serialized)
struct EndingTargetTests {
  static let rounds = LegacyInterpreters.number("MATRIX_ATTACH_ENDINGS", default: 6)

  @Test("is told as ended by safe attach", arguments: await SafeInterpreters.all())
  func safe(_ interpreter: Interpreter) async throws {
    // One thread that is woken, one that cannot be, many threads, and one that runs.
    for kind in ["sleep", "alonelock", "collect", "lock", "bytecode"] {
      try await check(SafeAttach(), kind, interpreter)
    }
    try await check(AutomaticAttach(), "alonelock", interpreter)
  }

  @Test("is told as ended by the injector", arguments: await LegacyInterpreters.all().suffix(2))
  func injected(_ interpreter: Interpreter) async throws {
    for kind in ["sleep", "alonelock", "collect", "bytecode"] {
      try await check(LegacyInjector(), kind, interpreter)
    }
  }

  private func check(
    _ entry: some Attacher, _ kind: String, _ interpreter: Interpreter
  ) async throws {
    let whole = try await time(entry, kind, interpreter)
    var seen: [String: Int] = [:]
    for round in 0..<Self.rounds {
      let target = try TargetProgram(kind, on: interpreter.path)
      if kind == "alonelock" { try await target.waitForLock() }
      let live = target.live
      let moment = UInt32.random(in: 0..<whole)
      let pid = target.pid
      // Not on the threads that tasks share, which may all be busy.
      let killer = Thread {
        usleep(moment)
        kill(pid, SIGKILL)
      }
      killer.start()
      let outcome = await entry.attach(
        to: live, running: .expression("1"), limits: .init(timeout: .seconds(60))
      ).outcome
      switch outcome {
      case .gone, .attached(.result("1")): seen["\(outcome)", default: 0] += 1
      case .attached, .busy, .refused, .unsupported:
        Issue.record(
          "\(interpreter.label) \(type(of: entry)) \(kind), round \(round), killed after \(moment) µs: \(outcome)"
        )
      }
    }
    if InjectorTests.printsTimes {
      print("\(interpreter.label)  \(type(of: entry)) \(kind), \(whole) µs: \(seen)")
    }
  }

  /// Of an attach, and some more, in microseconds.
  private func time(
    _ entry: some Attacher, _ kind: String, _ interpreter: Interpreter
  ) async throws -> UInt32 {
    let target = try TargetProgram(kind, on: interpreter.path)
    if kind == "alonelock" { try await target.waitForLock() }
    let begin = ContinuousClock.now
    // One that cannot get in would wait until its deadline.
    _ = await entry.attach(
      to: target.live, running: .expression("1"), limits: .init(timeout: .milliseconds(100)))
    return UInt32((begin.duration(to: .now) / .microseconds(1)) * 1.2) + 100
  }
}
