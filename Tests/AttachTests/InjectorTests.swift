import Attach
import CPython
import Foundation
import Interpreters
import TargetProcess
import Testing

/// Attaches again and again to programs that watch themselves. `MATRIX_ATTACH_ROUNDS` says how
/// often, for each kind of program on each interpreter.
@Suite("The legacy injector", .serialized)
struct InjectorTests {
  static let kinds = [
    "bytecode", "sleep", "read", "select", "poll", "lock", "join", "queue", "asyncio", "collect",
    "crowd", "signals", "sleepsignals", "fork", "child", "recursion", "stack", "masked",
  ]

  /// `MATRIX_ATTACH_TIMES=1` prints a line for each kind on each interpreter.
  static let printsTimes = LegacyInterpreters.number("MATRIX_ATTACH_TIMES", default: 0) > 0

  static let rounds = LegacyInterpreters.number("MATRIX_ATTACH_ROUNDS", default: 6)

  @Test("reaches a program and leaves it as it was", arguments: await LegacyInterpreters.all())
  func kinds(_ interpreter: Interpreter) async throws {
    let chosen = ProcessInfo.processInfo.environment["MATRIX_ATTACH_KINDS"]?.split(separator: ",")
    for kind in Self.kinds where chosen?.contains(Substring(kind)) ?? true {
      let target = try TargetProgram(kind, on: interpreter.path)
      let pagesBefore = try target.pagesOfCode
      var routes: [Route: Int] = [:]
      var starts: [Duration] = []
      var pauses: [Duration] = []
      var visits = 0
      for round in 0..<Self.rounds {
        let begin = ContinuousClock.now
        let report = await LegacyInjector()
          .attach(to: target.live, running: .expression("6 * \(round)"), limits: .init())
        try #require(
          report.outcome == .attached(.result("\(6 * round)")),
          "\(interpreter.label) \(kind), round \(round): \(target.ending) \(report)")
        starts.append(begin.duration(to: .now) - (report.times[.finish] ?? .zero))
        pauses.append(report.longestPause ?? .zero)
        if let route = report.route { routes[route, default: 0] += 1 }
        visits += report.visits
      }
      try target.checkUnharmed()
      // The last page goes when the thread has come home, right after the answer.
      let end = ContinuousClock.now + .seconds(2)
      while try target.pagesOfCode > pagesBefore, ContinuousClock.now < end { usleep(500) }
      #expect(try target.pagesOfCode <= pagesBefore, "\(interpreter.label) \(kind)")
      guard Self.printsTimes else { continue }
      starts.sort()
      pauses.sort()
      let ways = routes.map { "\($0.key.rawValue) \($0.value)" }.sorted().joined(separator: ", ")
      print(
        "\(interpreter.label)  \(kind): start \(starts[starts.count / 2])",
        "pause \(pauses[pauses.count / 2]), longest \(pauses[pauses.count - 1])",
        "visits \(visits): \(ways)")
    }
  }

  @Test("says busy in time to code that keeps the GIL", arguments: await LegacyInterpreters.all())
  func busy(_ interpreter: Interpreter) async throws {
    let target = try TargetProgram("keepsgil", on: interpreter.path)
    let begin = ContinuousClock.now
    let report = await LegacyInjector()
      .attach(
        to: target.live, running: .expression("1"), limits: .init(timeout: .milliseconds(300)))
    let took = begin.duration(to: .now)
    guard case .busy(.noSafePoint) = report.outcome else {
      Issue.record("\(report)")
      return
    }
    // The deadline holds; how exactly, is the machine's affair.
    #expect(took < .seconds(5))
    try target.checkUnharmed(goesOn: false)
  }
}
