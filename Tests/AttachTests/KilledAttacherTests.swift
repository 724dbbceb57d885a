import Attach
import CPython
import Foundation
import Interpreters
import TargetProcess
import TestSupport
import Testing

/// Kills `matrix attach` with SIGKILL at any moment of an attach, and looks whether the target goes
/// on as if nothing had been. `MATRIX_ATTACH_KILLS` says how often, for each kind of program on each
/// interpreter.
@Suite("A killed attacher", .serialized)
struct KilledAttacherTests {
  static let kinds = ["bytecode", "sleep", "read", "lock", "collect", "signals", "stack"]
  static let kills = LegacyInterpreters.number("MATRIX_ATTACH_KILLS", default: 8)

  /// The release binary where there is one, as a debug build spends its time elsewhere.
  static var binary: URL? {
    let release = ProcessInfo.processInfo.environment["MATRIX_RELEASE_BINARY"]
    let beside = Bundle.main.bundleURL.appending(path: "matrix")
    return ([release.map { URL(filePath: $0) }, beside].compactMap(\.self))
      .first { FileManager.default.isExecutableFile(atPath: $0.path) }
  }

  @Test("leaves a working target", arguments: await LegacyInterpreters.all())
  func kill(_ interpreter: Interpreter) async throws {
    let binary = try #require(Self.binary, "build the product matrix first")
    var killed: Set<Int32> = []
    let chosen = ProcessInfo.processInfo.environment["MATRIX_ATTACH_KINDS"]?.split(separator: ",")
    for kind in Self.kinds where chosen?.contains(Substring(kind)) ?? true {
      let target = try TargetProgram(kind, on: interpreter.path)
      let whole = try time(binary, target)
      var finished = 0
      for round in 0..<Self.kills {
        let attacher = try start(binary.path, target)
        let wait = UInt32.random(in: 0..<UInt32(whole * 1e6))
        usleep(wait)
        attacher.kill()
        killed.insert(attacher.pid)
        if attacher.wait() != .killed(signal: SIGKILL) { finished += 1 }
        if round % 10 == 9 || round == Self.kills - 1 {
          do {
            try target.checkUnharmed()
          } catch {
            Issue.record("\(interpreter.label) \(kind), kill \(round): \(error)")
            return
          }
        }
      }
      let report = await LegacyInjector()
        .attach(to: target.live, running: .expression("6 * 7"), limits: .init())
      #expect(
        report.outcome == .attached(.result("42")), "\(interpreter.label) \(kind) \(report)")
      try target.checkUnharmed()
      if InjectorTests.printsTimes {
        print("\(interpreter.label)  \(kind): \(Self.kills) kills, \(finished) too late")
      }
    }
    #expect(
      leftovers(of: killed).isEmpty, "the last attach removes what the killed ones left")
  }

  private static let strace = "/usr/bin/strace"

  /// strace kills at the beginning of the n-th call of each kind that touches the target.
  @Test(
    "between any two steps leaves a working target",
    .enabled(if: FileManager.default.isExecutableFile(atPath: strace), "needs strace"),
    arguments: await LegacyInterpreters.all())
  func steps(_ interpreter: Interpreter) async throws {
    let binary = try #require(Self.binary, "build the product matrix first")
    let more = InjectorTests.printsTimes ? ["stack", "masked", "signals"] : []
    for kind in ["bytecode", "sleep", "lock"] + more {
      let target = try TargetProgram(kind, on: interpreter.path)
      var killed = 0
      for call in ["ptrace", "process_vm_writev", "pwrite64"] {
        for step in 1...24 {
          let attacher = try ChildProcess(
            Self.strace,
            [
              "-f", "-qq", "-o", "/dev/null", "-e", "trace=\(call)",
              "-e", "inject=\(call):signal=KILL:when=\(step)",
              binary.path, "attach", "\(target.pid)", "--eval", "1",
            ], captures: .nothing)
          // A step that no attach has.
          if attacher.wait() == .exited(0) { break }
          killed += 1
          do {
            try target.checkUnharmed()
          } catch {
            Issue.record("\(interpreter.label) \(kind), \(call) \(step): \(error)")
            return
          }
        }
      }
      #expect(killed >= 12, "\(interpreter.label) \(kind)")
      let report = await LegacyInjector()
        .attach(to: target.live, running: .expression("6 * 7"), limits: .init())
      #expect(
        report.outcome == .attached(.result("42")), "\(interpreter.label) \(kind) \(report)")
      if InjectorTests.printsTimes {
        print("\(interpreter.label)  \(kind): killed at \(killed) steps")
      }
    }
  }

  /// Folders of these attachers; their names tell the pid.
  private func leftovers(of attachers: Set<Int32>) -> [String] {
    (try? FileManager.default.contentsOfDirectory(atPath: "/tmp"))?
      .filter { name in
        let fields = name.split(separator: "-")
        return name.hasPrefix(".matrix-attach-") && fields.count == 6
          && Int32(fields[3]).map(attachers.contains) ?? false
      } ?? []
  }

  private func start(_ binary: String, _ target: TargetProgram) throws -> ChildProcess {
    try ChildProcess(
      binary, ["attach", "\(target.pid)", "--eval", "1"], captures: .nothing)
  }

  /// How long an attach by the command goes on after it was started, in seconds: the shortest of
  /// five.
  private func time(_ binary: URL, _ target: TargetProgram) throws -> Double {
    var shortest = Double.infinity
    for _ in 0..<5 {
      let begin = Date()
      try #require(try start(binary.path, target).wait() == .exited(0))
      shortest = min(shortest, Date().timeIntervalSince(begin))
    }
    return shortest
  }
}
