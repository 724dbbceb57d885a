import CPython
import Foundation
import Glibc
import Interpreters
import Synchronization
import TargetProcess
import TestSupport
import Testing

@testable import Attach

/// Signals that arrive at the moments of an attach where CPython itself would handle them late, or
/// where it would print what their handlers raise. The attach stands still there, and the signal is sent.
@Suite("Signals at the edges of a wait", .serialized)
struct SignalWindowTests {
  /// Sends SIGTERM once, at the first time that an attach comes to a checkpoint.
  private final class Sender: Sendable {
    private let reached = Atomic(false)
    var wasReached: Bool { reached.load(ordering: .sequentiallyConsistent) }

    func observer(_ pid: Int32, at place: AttachCheckpoint) -> AttachCheckpoint.Observer {
      { checkpoint in
        guard checkpoint == place,
          !self.reached.exchange(true, ordering: .sequentiallyConsistent)
        else { return }
        kill(pid, SIGTERM)
      }
    }
  }

  private func target(_ kind: String, threads: String, on interpreter: Interpreter) throws
    -> TargetProgram
  {
    let target = try TargetProgram(
      kind, on: interpreter.path,
      variables: ["TARGET_ENDS_WITH": "42", "TARGET_THREADS": threads], captures: .both)
    let end = ContinuousClock.now + .seconds(30)
    while target.live.status?.state != "S" {
      try #require(.now < end, "it does not begin to wait")
      usleep(200)
    }
    return target
  }

  /// The program ends as its handler says, and nothing is printed.
  private func checkEnd(_ target: TargetProgram, _ what: String) {
    let said = try? target.process.rest(within: .seconds(20))
    #expect(said == "", "\(what)")
    if said != nil { #expect(target.process.wait() == .exited(42), "\(what)") }
  }

  @Test(
    "A signal when the thread is woken for a request comes before the script or in it",
    arguments: await SafeInterpreters.all(), ["1", "2"])
  func wakes(_ interpreter: Interpreter, threads: String) async throws {
    for kind in ["idleselect", "idlesleep"] {
      let target = try target(kind, threads: threads, on: interpreter)
      let sender = Sender()
      var entry = SafeAttach()
      entry.checkpoint = sender.observer(target.pid, at: .wakes)
      let report = await entry.attach(
        to: target.live, running: .expression("1"), limits: .init())
      #expect(sender.wasReached)
      checkEnd(target, "\(interpreter.label) \(kind), \(threads) threads: \(report)")
    }
  }

  @Test(
    "A signal when the request is taken waits until the script has begun",
    arguments: await SafeInterpreters.all(), ["1", "2"])
  func taken(_ interpreter: Interpreter, threads: String) async throws {
    let target = try target("signalledstart", threads: threads, on: interpreter)
    let report = await SafeAttach()
      .attach(to: target.live, running: .expression("6 * 7"), limits: .init())
    switch report.outcome {
    case .attached(.result("42")), .busy(.interrupted), .gone(.endedMeanwhile): break
    default: Issue.record("\(report)")
    }
    checkEnd(target, "\(interpreter.label), \(threads) threads: \(report)")
  }

  @Test(
    "A signal when the thread begins to wait again ends that wait",
    arguments: await StopTests.ends() + SafeInterpreters.all(), ["1", "2"])
  func waitBegins(_ interpreter: Interpreter, threads: String) async throws {
    for kind in ["idleselect", "idlesleep", "alonelock"] {
      let isSafe = interpreter.remoteDebugging == .supported
      // CPython looks for no requests in a lock.
      if isSafe, kind == "alonelock" { continue }
      let target = try target(kind, threads: threads, on: interpreter)
      let sender = Sender()
      let observer = sender.observer(target.pid, at: .waitBegins)
      var (safe, injector) = (SafeAttach(), LegacyInjector())
      (safe.checkpoint, injector.checkpoint) = (observer, observer)
      let entry: any Attacher = isSafe ? safe : injector
      let report = await entry.attach(
        to: target.live, running: .expression("6 * 7"), limits: .init())
      #expect(report.outcome == .attached(.result("42")))
      #expect(sender.wasReached)
      checkEnd(target, "\(interpreter.label) \(kind), \(threads) threads: \(report)")
    }
  }
}
