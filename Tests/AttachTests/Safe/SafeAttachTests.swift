import CPython
import Foundation
import Interpreters
import TargetProcess
import Testing

@testable import Attach

/// Attaches again and again to programs that watch themselves. `MATRIX_ATTACH_ROUNDS` says how
/// often, for each kind of program on each interpreter.
@Suite("Safe attach", .serialized)
struct SafeAttachTests {
  static let kinds = [
    "bytecode", "sleep", "read", "select", "poll", "accept", "wait", "asyncio", "lock", "over",
    "collect", "interpreters", "signals", "sleepsignals", "crowd", "queue",
  ]

  static let rounds = LegacyInterpreters.number("MATRIX_ATTACH_ROUNDS", default: 12)

  @Test("reaches a program and leaves it as it was", arguments: await SafeInterpreters.all())
  func kinds(_ interpreter: Interpreter) async throws {
    for kind in Self.kinds {
      let target = try TargetProgram(kind, on: interpreter.path)
      var starts: [Duration] = []
      var ways: [WakeWay: Int] = [:]
      for round in 0..<Self.rounds {
        let report = await SafeAttach()
          .attach(to: target.live, running: .expression("6 * \(round)"), limits: .init())
        try #require(
          report.outcome == .attached(.result("\(6 * round)")),
          "\(interpreter.label) \(kind), round \(round): \(target.ending) \(report)")
        starts.append(report.times[.start] ?? .zero)
        ways[report.safe?.wake ?? .none, default: 0] += 1
        let provider = report.safe?.providers.last?.provider
        // Without a main thread by its interpreter's word the list has to be walked each time.
        #expect(
          provider == (round == 0 || kind == "over" ? .tableWalk : .cache),
          "\(interpreter.label) \(kind), round \(round)")
      }
      try target.checkUnharmed()
      guard InjectorTests.printsTimes else { continue }
      starts.sort()
      let text = ways.map { "\($0.key.rawValue) \($0.value)" }.sorted().joined(separator: ", ")
      print(
        "\(interpreter.label)  \(kind): start \(starts[starts.count / 2]),",
        "longest \(starts[starts.count - 1]): \(text)")
    }
  }

  @Test("takes no memory, round after round", arguments: await SafeInterpreters.all())
  func memory(_ interpreter: Interpreter) async throws {
    let target = try TargetProgram("interpreters", on: interpreter.path)
    var settled = 0
    for round in 0..<Self.rounds {
      let report = await SafeAttach()
        .attach(to: target.live, running: .expression("6 * \(round)"), limits: .init())
      try #require(
        report.outcome == .attached(.result("\(6 * round)")),
        "\(interpreter.label), round \(round): \(target.ending) \(report)")
      if round == Self.rounds / 10 { settled = try target.residentBytes }
    }
    let grown = try target.residentBytes - settled
    #expect(grown < 1 << 20, "\(interpreter.label): \(grown) bytes in \(Self.rounds) rounds")
    try target.checkUnharmed()
    guard InjectorTests.printsTimes else { return }
    print("\(interpreter.label)  \(Self.rounds) rounds: \(grown) of \(settled) bytes more")
  }

  @Test("runs in the main interpreter's thread", arguments: await SafeInterpreters.all())
  func mainInterpreter(_ interpreter: Interpreter) async throws {
    let target = try TargetProgram("interpreters", on: interpreter.path)
    let question = "__import__('concurrent.interpreters').interpreters.get_current().id"
    let report = await SafeAttach()
      .attach(to: target.live, running: .expression(question), limits: .init())
    #expect(report.outcome == .attached(.result("0")))
    #expect(report.safe?.thread?.interpreters == 2)
    try target.checkUnharmed()
  }

  @Test("brings the traceback of what raises", arguments: await SafeInterpreters.all())
  func raises(_ interpreter: Interpreter) async throws {
    let target = try TargetProgram("bytecode", on: interpreter.path)
    for source in ["def f(:", "raise SystemExit(3)", "1 / 0"] {
      let report = await SafeAttach()
        .attach(to: target.live, running: .file(source, name: "code.py"), limits: .init())
      guard case .attached(.raised(let text)) = report.outcome else {
        Issue.record("\(source): \(report.outcome)")
        continue
      }
      #expect(text.contains("Error") || text.contains("SystemExit"))
    }
    try target.checkUnharmed()
  }

  @Test("a lock is left to the injector", arguments: await SafeInterpreters.all())
  func aloneLock(_ interpreter: Interpreter) async throws {
    let target = try TargetProgram("alonelock", on: interpreter.path)
    await target.waitForLock()
    let safe = await SafeAttach()
      .attach(
        to: target.live, running: .expression("1"), limits: .init(timeout: .milliseconds(100)))
    guard case .busy(.noSafePoint) = safe.outcome else {
      Issue.record("\(safe.outcome)")
      return
    }
    #expect(safe.safe?.isLocked == true)
    // Between the two entries other tests may hold up the threads that tasks share.
    let report = await AutomaticAttach()
      .attach(
        to: target.live, running: .expression("6 * 7"), limits: .init(timeout: .seconds(60)))
    #expect(report.outcome == .attached(.result("42")))
    #expect(report.entry == .inject)
    #expect(report.declined != nil)
    try target.checkUnharmed(goesOn: false)
  }

  @Test("a request that timed out never runs", arguments: await SafeInterpreters.all())
  func timeout(_ interpreter: Interpreter) async throws {
    let target = try TargetProgram("alonelock", on: interpreter.path)
    await target.waitForLock()
    for _ in 0..<3 {
      let report = await SafeAttach()
        .attach(
          to: target.live, running: .expression("print('ran', flush=True)"),
          limits: .init(timeout: .milliseconds(50)))
      guard case .busy = report.outcome else {
        Issue.record("\(report.outcome)")
        return
      }
      // Taken back: else the next attempt would be refused as another debugger's.
      #expect(report.safe?.write?.verified.contains(.pending) == true)
    }
  }

  @Test(
    "answering providers agree or not, and nothing is written by them",
    arguments: await SafeInterpreters.all())
  func answers(_ interpreter: Interpreter) async throws {
    let target = try TargetProgram("bytecode", on: interpreter.path)
    var options = SafeOptions()
    options.switches.asksInference = true
    options.switches.asksHeuristic = true
    options.switches.allowsExport = true
    options.switches.ignoresCache = true
    let report = await SafeAttach(options)
      .attach(to: target.live, running: .expression("1"), limits: .init())
    #expect(report.outcome == .attached(.result("1")))
    let answers = report.safe?.providers ?? []
    #expect(answers.map(\.provider) == [.tableWalk, .inference, .heuristic, .export])
    let thread = report.safe?.thread?.address
    // Several places of the runtime look like a thread state: no proof either.
    #expect(answers.first { $0.provider == .heuristic }?.address != nil)
    #expect(answers.first { $0.provider == .inference }?.address != thread)
    #expect(answers.first { $0.provider == .export }?.address == nil)
    try target.checkUnharmed()
  }
}
