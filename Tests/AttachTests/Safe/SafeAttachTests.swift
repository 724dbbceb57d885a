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
      var ways: [WakeMethod: Int] = [:]
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

  /// An allocator takes memory from the system in steps and keeps it, so the memory of a process says
  /// nothing over a few rounds. What a program holds it can count itself, in blocks and descriptors.
  @Test("holds nothing more, round after round", arguments: await SafeInterpreters.all())
  func memory(_ interpreter: Interpreter) async throws {
    let target = try TargetProgram("sleep", on: interpreter.path)
    let question = """
      (__import__('gc').collect(), \
      (__import__('sys').getallocatedblocks(), len(__import__('os').listdir('/proc/self/fd'))))[1]
      """
    var blocks: [Int] = []
    var descriptors: Set<String> = []
    // The first rounds import modules, intern names and fill free lists.
    while blocks.count < 200, !Self.hasSettled(blocks) {
      let report = await SafeAttach()
        .attach(to: target.live, running: .expression(question), limits: .init())
      guard case .attached(.result(let answer?)) = report.outcome,
        case let parts = answer.dropFirst().dropLast().split(separator: ", "), parts.count == 2,
        let count = Int(parts[0])
      else {
        Issue.record("\(interpreter.label): \(target.ending) \(report)")
        return
      }
      blocks.append(count)
      descriptors.insert("\(parts[1])")
    }
    #expect(Self.hasSettled(blocks), "\(interpreter.label): \(blocks)")
    #expect(descriptors.count == 1, "\(interpreter.label): \(descriptors)")
    try target.checkUnharmed()
  }

  /// Whether the last ten rounds left less than one block a round more than the ten before them:
  /// whatever an attach keeps, a name or a function or a module, is a block at least.
  private static func hasSettled(_ blocks: [Int]) -> Bool {
    guard blocks.count >= 20, let last = blocks.suffix(10).min(),
      let before = blocks.suffix(20).prefix(10).min()
    else { return false }
    return last < before + 10
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

  /// A free-threaded build has the same table with other values, and differs for an attacher in one
  /// thing: there is no GIL, so every thread may change every breaker at any time, and no state is
  /// written to but while all threads are stopped. A table that says so is enough to see that.
  @Test(
    "a free-threaded target is written to only while stopped",
    arguments: await SafeInterpreters.all(),
    ["bytecode", "sleep", "longsleep", "collect", "signals", "asyncio"])
  func freeThreaded(_ interpreter: Interpreter, _ kind: String) async throws {
    let target = try TargetProgram(kind, on: interpreter.path)
    var options = SafeOptions()
    options.switches.ignoresCache = true
    let first = await SafeAttach(options)
      .attach(to: target.live, running: .expression("1"), limits: .init())
    let runtime = try #require(first.safe?.runtimeAddress)
    if !interpreter.abiFlags.contains(.freeThreaded) {
      #expect(first.safe?.write?.pause == nil)
      try target.live.memory.write([1], at: runtime + 16)
    }
    for round in 0..<Self.rounds {
      let report = await AutomaticAttach(safe: SafeAttach(options))
        .attach(to: target.live, running: .expression("6 * \(round)"), limits: .init())
      try #require(
        report.outcome == .attached(.result("\(6 * round)")),
        "\(interpreter.label) \(kind), round \(round): \(target.ending) \(report)")
      #expect(report.entry == .safe)
      #expect(report.safe?.isFreeThreaded == true)
      #expect(report.safe?.write?.pause != nil)
      let written = try #require(report.safe?.write?.breakerWritten)
      let before = try #require(report.safe?.write?.breakerBefore)
      // Nothing runs meanwhile, so nothing but the request has to be hinted at.
      #expect(written == before | 1 << 5)
    }
    try target.checkUnharmed(goesOn: kind != "longsleep")
  }

  @Test(
    "the injector is never tried on a free-threaded target", arguments: await SafeInterpreters.all()
  )
  func freeThreadedLock(_ interpreter: Interpreter) async throws {
    let target = try TargetProgram("alonelock", on: interpreter.path)
    try await target.waitForLock()
    var options = SafeOptions()
    options.switches.ignoresCache = true
    options.switches.writes = false
    let first = await SafeAttach(options)
      .attach(to: target.live, running: .expression("1"), limits: .init())
    let runtime = try #require(first.safe?.runtimeAddress)
    try target.live.memory.write([1], at: runtime + 16)
    options.switches.writes = true
    let report = await AutomaticAttach(safe: SafeAttach(options))
      .attach(
        to: target.live, running: .expression("1"), limits: .init(timeout: .milliseconds(300)))
    guard case .busy(.noSafePoint) = report.outcome else {
      Issue.record("\(report)")
      return
    }
    #expect(report.entry == .safe && report.declined == nil)
    let injector = await LegacyInjector()
      .attach(to: target.live, running: .expression("1"), limits: .init())
    #expect(injector.outcome == .unsupported(.freeThreaded))
    try target.checkUnharmed(goesOn: false)
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
    try await target.waitForLock()
    let safe = await SafeAttach()
      .attach(
        to: target.live, running: .expression("1"), limits: .init(timeout: .milliseconds(100)))
    guard case .busy(.noSafePoint) = safe.outcome else {
      Issue.record("\(safe.outcome)")
      return
    }
    #expect(safe.safe?.needsInjector == true)
    // Between the two entries other tests may hold up the threads that tasks share.
    let report = await AutomaticAttach()
      .attach(
        to: target.live, running: .expression("6 * 7"), limits: .init(timeout: .seconds(60)))
    #expect(report.outcome == .attached(.result("42")))
    #expect(report.entry == .inject)
    #expect(report.declined != nil)
    try target.checkUnharmed(goesOn: false)
  }

  @Test(
    "idle in foreign code is left to the injector, announced, and not where that is forbidden",
    arguments: await SafeInterpreters.all(), ["foreignpoll", "foreignwait"])
  func foreignCode(_ interpreter: Interpreter, _ kind: String) async throws {
    let target = try TargetProgram(kind, on: interpreter.path)
    try await target.wait { if case .retriedCall = $0 { true } else { false } }
    let forbidden = await AutomaticAttach(mayInject: false)
      .attach(
        to: target.live, running: .expression("1"), limits: .init(timeout: .milliseconds(200)))
    guard case .busy(.noSafePoint(let state)) = forbidden.outcome else {
      Issue.record("\(forbidden.outcome)")
      return
    }
    #expect(state.contains("outside of CPython"))
    #expect(forbidden.safe?.needsInjector == true)
    let report = await AutomaticAttach()
      .attach(
        to: target.live, running: .expression("6 * 7"), limits: .init(timeout: .seconds(60)))
    #expect(report.outcome == .attached(.result("42")))
    #expect(report.entry == .inject)
    guard case .busy(.noSafePoint)? = report.declined else {
      Issue.record("it is not announced: \(report)")
      return
    }
    try target.checkUnharmed(goesOn: false)
  }

  @Test("a request that timed out never runs", arguments: await SafeInterpreters.all())
  func timeout(_ interpreter: Interpreter) async throws {
    let target = try TargetProgram("alonelock", on: interpreter.path)
    try await target.waitForLock()
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
    "diagnostic locators agree or not, and nothing is written by them",
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
