import Attach
import CPython
import Foundation
import Glibc
import Interpreters
import TargetProcess
import Testing

/// A thread in an uninterruptible wait does not stop when it is asked to.
@Suite("Threads that do not stop in time", .serialized)
struct StopTests {
  /// The child for which a `vforks` target waits.
  private func child(of target: TargetProgram) throws -> LiveProcess {
    try #require(LiveProcess.all.first { $0.status?.parent == target.pid })
  }

  /// Waits until a thread of the target waits uninterruptibly for the child that it has made. Without
  /// the child a thread in this state would be one that waits for its disk.
  private func waitingThread(of target: TargetProgram) throws -> LiveProcess {
    let end = ContinuousClock.now + .seconds(30)
    while true {
      let threads = target.live.threads.map(LiveProcess.init)
      if LiveProcess.all.contains(where: { $0.status?.parent == target.pid }),
        let thread = threads.first(where: { $0.status?.state == "D" })
      {
        return thread
      }
      try #require(.now < end, "no thread waits uninterruptibly")
      usleep(1000)
    }
  }

  /// Lets the thread go on, and checks that no stop is left for it.
  private func checkGoesOn(_ thread: LiveProcess, in target: TargetProgram) throws {
    // A pending stop ends with the thread that asked for it, right after the answer.
    let end = ContinuousClock.now + .seconds(30)
    while thread.tracer != 0 { try #require(.now < end, "it is still traced") }
    kill(try child(of: target).pid, SIGKILL)
    try target.checkUnharmed()
    #expect(thread.status?.isStopped != true)
    #expect(thread.tracer ?? 0 == 0)
  }

  @Test("The seizure stays with the tracer until the stop comes")
  func pendingStop() async throws {
    let python = try #require(await Self.ends().last, "get some with scripts/pythons")
    // Nothing is awaited from here on: a tracer is one thread's.
    let target = try TargetProgram("vforks", on: python.path)
    let id = try waitingThread(of: target).pid
    let tracer = Tracer()
    for _ in 0..<2 {
      var thread = try tracer.seize(id)
      #expect(try thread.stop(until: .now + .milliseconds(30)) == nil)
    }
    #expect(tracer.hasPending)
    tracer.releasePending()
    #expect(tracer.hasPending, "it cannot be detached from before it has stopped")
    kill(try child(of: target).pid, SIGKILL)
    let end = ContinuousClock.now + .seconds(30)
    while tracer.hasPending {
      try #require(.now < end)
      tracer.releasePending()
    }
    try target.checkUnharmed()
  }

  @Test("A pending stop is taken over by the next attempt")
  func takenOver() async throws {
    let python = try #require(await Self.ends().last, "get some with scripts/pythons")
    // Nothing is awaited from here on: a tracer is one thread's.
    let target = try TargetProgram("vforks", on: python.path)
    let id = try waitingThread(of: target).pid
    let tracer = Tracer()
    do {
      var thread = try tracer.seize(id)
      #expect(try thread.stop(until: .now + .milliseconds(30)) == nil)
    }
    kill(try child(of: target).pid, SIGKILL)
    do {
      var thread = try tracer.seize(id)
      #expect(try thread.stop(until: .now + .seconds(30)) != nil)
      #expect(LiveProcess(pid: id).status?.state == "t")
    }
    #expect(!tracer.hasPending)
    try target.checkUnharmed()
  }

  @Test("The injector says that the thread cannot be interrupted", arguments: await ends())
  func injector(_ interpreter: Interpreter) async throws {
    let target = try TargetProgram("vforks", on: interpreter.path)
    let thread = try waitingThread(of: target)
    // Several stops are given up before the end.
    let limits = AttachLimits(timeout: .milliseconds(400), stop: .milliseconds(50))
    let report = await LegacyInjector()
      .attach(to: target.live, running: .expression("1"), limits: limits)
    #expect(report.outcome == .busy(.uninterruptible))
    try checkGoesOn(thread, in: target)
  }

  @Test(
    "Safe attach lets another thread run the code meanwhile",
    arguments: await SafeInterpreters.all())
  func safeAttach(_ interpreter: Interpreter) async throws {
    let target = try TargetProgram("vforksinthread", on: interpreter.path)
    let thread = try waitingThread(of: target)
    let report = await SafeAttach()
      .attach(to: target.live, running: .expression("1"), limits: .init())
    #expect(report.outcome == .attached(.result("1")))
    #expect(report.safe?.wake == .otherThread)
    try checkGoesOn(thread, in: target)
  }

  /// The oldest and the newest interpreter that the injector is for.
  static func ends() async -> [Interpreter] {
    let all = await LegacyInterpreters.all()
    return all.isEmpty ? [] : all.count == 1 ? all : [all[0], all[all.count - 1]]
  }
}
