import CPython
import Foundation
import Interpreters
import PythonRuntime
import TargetProcess
import Testing

@testable import Attach

/// Why safe attach is refused, each told apart.
@Suite("Refusals of safe attach", .serialized)
struct SafeRefusalTests {
  private func outcome(
    _ target: TargetProgram, _ options: SafeOptions = SafeOptions(),
    timeout: Duration = .seconds(5)
  ) async -> AttachOutcome {
    await SafeAttach(options)
      .attach(to: target.live, running: .expression("1"), limits: .init(timeout: timeout)).outcome
  }

  @Test(arguments: await SafeInterpreters.all())
  func switchedOffByTheOwner(_ interpreter: Interpreter) async throws {
    let flag = try TargetProgram(
      "bytecode", on: interpreter.path, options: ["-X", "disable-remote-debug"])
    #expect(await outcome(flag) == .refused(.safe(.switchedOff(.flag))))
    let automatic = await AutomaticAttach()
      .attach(to: flag.live, running: .expression("1"), limits: .init())
    #expect(automatic.outcome == .refused(.safe(.switchedOff(.flag))), "never overruled")
    let variable = try TargetProgram(
      "sleep", on: interpreter.path, variables: ["PYTHON_DISABLE_REMOTE_DEBUG": ""])
    #expect(await outcome(variable) == .refused(.safe(.switchedOff(.environment))))
    let ignored = try TargetProgram(
      "bytecode", on: interpreter.path, options: ["-E"],
      variables: ["PYTHON_DISABLE_REMOTE_DEBUG": "1"])
    #expect(await outcome(ignored) == .attached(.result("1")))
    try flag.checkUnharmed()
    try variable.checkUnharmed()
  }

  @Test(arguments: await SafeInterpreters.all())
  func disabledOnThisSide(_ interpreter: Interpreter) async throws {
    let target = try TargetProgram("bytecode", on: interpreter.path)
    var options = SafeOptions()
    options.switches.isDisabled = true
    #expect(await outcome(target, options) == .refused(.safe(.disabledHere)))
    options.switches.isDisabled = false
    options.switches.writes = false
    #expect(await outcome(target, options) == .refused(.safe(.notWriting)))
    try target.checkUnharmed()
  }

  @Test(arguments: await SafeInterpreters.all())
  func anAuditHooksVeto(_ interpreter: Interpreter) async throws {
    let target = try TargetProgram("veto", on: interpreter.path)
    #expect(await outcome(target) == .refused(.safe(.scriptNotRun(hasFilter: false))))
    try target.checkUnharmed()
  }

  @Test(arguments: await SafeInterpreters.all())
  func anotherDebuggersRequest(_ interpreter: Interpreter) async throws {
    let target = try TargetProgram("alonelock", on: interpreter.path)
    // Until it waits, it would take the request.
    try await target.waitForLock()
    // As sys.remote_exec leaves it: written, and nobody waits for it.
    let theirs = SafeMeasurement(process: target.live, script: "/their/script", usesCache: false)
    #expect(await theirs.leave() == nil)
    #expect(await outcome(target) == .refused(.safe(.otherDebugger(script: "/their/script"))))
    #expect(await outcome(target) == .refused(.safe(.otherDebugger(script: "/their/script"))))
  }

  @Test(arguments: await SafeInterpreters.all())
  func aTargetThatEnds(_ interpreter: Interpreter) async throws {
    let target = try TargetProgram("alonelock", on: interpreter.path)
    // Until it waits, it would take the request and answer.
    try await target.waitForLock()
    let live = target.live
    let waiting = Task {
      await SafeAttach().attach(to: live, running: .expression("1"), limits: .init()).outcome
    }
    // Its script appears when the request is about to be written; nothing in the target takes it.
    let end = ContinuousClock.now + .seconds(10)
    while !target.isMet, ContinuousClock.now < end { await Task.yield() }
    #expect(target.isMet)
    kill(target.pid, SIGKILL)
    let outcome = await waiting.value
    guard case .gone = outcome else {
      Issue.record("it is not told that it has ended: \(outcome)")
      return
    }
  }

  @Test(arguments: await LegacyInterpreters.all())
  func olderVersions(_ interpreter: Interpreter) async throws {
    let target = try TargetProgram("bytecode", on: interpreter.path)
    guard case .unsupported(.version) = await outcome(target) else {
      Issue.record("\(interpreter.label): \(await outcome(target))")
      return
    }
  }

  @Test func wrongProcesses() async {
    func outcome(_ pid: Int32, _ limits: AttachLimits = .init()) async -> AttachOutcome {
      await SafeAttach().attach(to: LiveProcess(pid: pid), running: .stacks, limits: limits).outcome
    }
    #expect(await outcome(Int32.max) == .gone(.noSuchProcess))
    #expect(await outcome(2) != .attached(.result(nil)))
    var limits = AttachLimits()
    limits.startTime = 1
    #expect(await outcome(getpid(), limits) == .gone(.pidReused))
  }

  @Test func everyRefusalHasASentence() {
    let refusals: [SafeRefusal] = [
      .switchedOff(.flag), .switchedOff(.environment), .switchedOff(.build), .disabledHere,
      .notWriting, .scriptNotRun(hasFilter: false), .scriptNotRun(hasFilter: true),
      .scriptUnreadable(path: "/x"), .pathTooLong(count: 600, limit: 511),
      .mainThreadGone, .otherDebugger(script: "/x"), .preRelease(PythonVersion(3, 15)),
      .unknownSeries(PythonVersion(3, 16)), .tableDamaged(.noCookie),
      .stateDamaged(.cycle(.thread, count: 3)),
    ]
    let sentences = refusals.map { $0.sentences(4711).what }
    #expect(Set(sentences).count == refusals.count)
    #expect(refusals.allSatisfy { $0.sentences(4711).next != nil })
  }
}

extension TargetProgram {
  /// Returns when its main thread waits for a lock.
  func waitForLock() async throws { try await wait { $0 == .lock } }

  /// Returns when its main thread waits in such a way.
  func wait(until isThere: (ThreadWait) -> Bool) async throws {
    let end = ContinuousClock.now + .seconds(30)
    while true {
      let wait = ThreadWait(pid, thread: pid, runtime: 0..<1)
      if isThere(wait) { return }
      guard ContinuousClock.now < end else {
        throw Failure(description: "its main thread does not wait: \(wait) \(ending)")
      }
      await Task.yield()
    }
  }

  /// Whether there is a script for it; those for other programs name another pid.
  fileprivate var isMet: Bool {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: "/tmp")) ?? []
    return names.contains { name in
      name.hasPrefix(".matrix-attach-") && name.contains("-\(getpid())-")
        && (try? String(contentsOfFile: "/tmp/\(name)/script", encoding: .utf8))?
          .contains(", \(pid), ") ?? false
    }
  }
}
