import CPython
import Foundation
import Glibc
import Interpreters
import SystemPackage
import TargetProcess
import TestSupport
import Testing

@testable import Attach

/// What is said of an attach that did not succeed is what was seen, on both entries.
@Suite("A diagnosis names what was seen", .serialized)
struct DiagnosisTests {
  /// An interpreter of each entry.
  static var entries: [Interpreter] {
    get async {
      [await LegacyInterpreters.all().last, await SafeInterpreters.all().last]
        .compactMap(\.self)
    }
  }

  private func attach(
    _ interpreter: Interpreter, to pid: Int32, _ payload: Payload, timeout: Duration
  ) async -> AttachOutcome {
    let entry: any Attacher = interpreter.version.minor >= 14 ? SafeAttach() : LegacyInjector()
    return await entry.attach(
      to: LiveProcess(pid: pid), running: payload,
      limits: AttachLimits(timeout: timeout, ignoresSeccomp: true)
    ).outcome
  }

  /// - Parameter number: of a system call, which fails with EPERM from then on.
  private func filtered(_ interpreter: Interpreter, number: Int) throws -> ChildProcess {
    let program = """
      import ctypes, struct, time
      code = [(0x20, 0, 0, 0), (0x15, 0, 1, \(number)), (6, 0, 0, 0x50001), (6, 0, 0, 0x7fff0000)]
      text = ctypes.create_string_buffer(b''.join(struct.pack('HBBI', *line) for line in code))
      libc = ctypes.CDLL(None)
      libc.prctl(38, 1, 0, 0, 0)
      filter = struct.pack('HxxxxxxQ', len(code), ctypes.addressof(text))
      assert libc.prctl(22, 2, ctypes.create_string_buffer(filter), 0, 0) == 0
      print('ready', flush=True)
      while True: time.sleep(0.001)
      """
    let target = try ChildProcess(interpreter.path.string, ["-c", program], captures: .output)
    try #require(try target.read(6) == "ready\n")
    return target
  }

  @Test("a filter that forbids to rename", arguments: await entries)
  func rename(_ interpreter: Interpreter) async throws {
    let target = try filtered(interpreter, number: 82)
    let outcome = await attach(
      interpreter, to: target.pid, .expression("1"), timeout: .seconds(10))
    #expect(
      outcome == .refused(.exchangeFailed(step: .claim, errno: EPERM, hasFilter: true)),
      "\(interpreter.label)")
    #expect(target.isRunning)
  }

  @Test("a filter that forbids to open", arguments: await entries)
  func open(_ interpreter: Interpreter) async throws {
    let target = try filtered(interpreter, number: 257)
    let outcome = await attach(
      interpreter, to: target.pid, .expression("1"), timeout: .seconds(10))
    #expect(
      outcome
        == (interpreter.version.minor >= 14
          ? .refused(.safe(.scriptNotRun(hasFilter: true)))
          : .refused(.exchangeFailed(step: .read, errno: EPERM, hasFilter: true))),
      "\(interpreter.label)")
    #expect(target.isRunning)
  }

  @Test("a stop by a signal before the code runs", arguments: await entries)
  func stoppedBefore(_ interpreter: Interpreter) async throws {
    // Keeps the GIL.
    let target = try ChildProcess(
      interpreter.path.string, ["-c", "print('ready', flush=True)\nsum(range(10 ** 12))"])
    try #require(try target.read(6) == "ready\n")
    async let outcome = attach(
      interpreter, to: target.pid, .expression("1"), timeout: .seconds(2))
    let marker = "-\(getpid())-"
    let end = ContinuousClock.now + .seconds(1)
    while ContinuousClock.now < end,
      try !FileManager.default.contentsOfDirectory(atPath: "/tmp")
        .contains(where: { $0.hasPrefix(".matrix-attach-") && $0.contains(marker) })
    {
      try await Task.sleep(for: .milliseconds(2))
    }
    kill(target.pid, SIGSTOP)
    let result = await outcome
    #expect(
      [.refused(.stoppedMeanwhile), .refused(.stopped)].contains(result), "\(interpreter.label)")
    kill(target.pid, SIGCONT)
  }

  @Test("a stop by a signal after the code has begun", arguments: await entries)
  func stoppedAfter(_ interpreter: Interpreter) async throws {
    let target = try TargetProgram("sleep", on: interpreter.path)
    let stop = Payload.file("import os; os.kill(os.getpid(), 19)", name: "stop")
    let outcome = await attach(interpreter, to: target.pid, stop, timeout: .seconds(2))
    #expect(outcome == .busy(.stillRunning(isStopped: true)), "\(interpreter.label)")
    kill(target.pid, SIGCONT)
  }

  @Test("an answer is one of three kinds")
  func answers() {
    #expect(Answer(Array("text 30b00f0\na\nb".utf8)) == .result("a\nb"))
    #expect(Answer(Array("none 30b00f0\n".utf8)) == .result(nil))
    #expect(Answer(Array("raised 30b00f0\nT".utf8)) == .raised("T"))
    for bytes in ["", "\n", "text", "other 1\nx"] { #expect(Answer(Array(bytes.utf8)) == nil) }
  }

  @Test("every payload is in the binary")
  func payloads() {
    for name in ["bootstrap.py", "close.py", "stacks.py"] {
      #expect(!Payload.embedded(name).isEmpty)
    }
  }

  /// Doctor and attach decide by the same code; this is the whole of it on real targets.
  @Test("doctor says what attach will do", arguments: await entries)
  func doctor(_ interpreter: Interpreter) async throws {
    let isSafe = interpreter.version.minor >= 14
    for options in [[], ["-X", "disable-remote-debug"]] where isSafe || options.isEmpty {
      let target = try TargetProgram("sleep", on: interpreter.path, options: options)
      for method in [AttachMethod.auto, .safe, .inject] {
        let doctor = Doctor.examine(pid: target.pid, method: method)
        let entry: any Attacher =
          switch method {
          case .auto: AutomaticAttach()
          case .safe: SafeAttach()
          case .inject: LegacyInjector()
          }
        let report = await entry.attach(
          to: target.live, running: .expression("1"), limits: .init())
        if let obstacle = doctor.obstacle {
          #expect(obstacle == report.outcome, "\(interpreter.label) \(options) \(method)")
        } else {
          #expect(
            report.outcome == .attached(.result("1")) && doctor.entry == report.entry,
            "\(interpreter.label) \(options) \(method): \(report)")
        }
      }
    }
  }
}
