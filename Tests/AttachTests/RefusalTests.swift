import Attach
import CPython
import Foundation
import Glibc
import Interpreters
import SystemPackage
import TargetProcess
import TestSupport
import Testing

/// Each reason not to attach is told as what it is.
@Suite("What cannot be attached to", .serialized)
struct RefusalTests {
  func outcome(_ pid: Int32, _ limits: AttachLimits = .init()) async -> AttachOutcome {
    await LegacyInjector()
      .attach(to: LiveProcess(pid: pid), running: .expression("1"), limits: limits).outcome
  }

  /// A process that lives until the test is over.
  func with(
    _ program: String, _ arguments: String..., body: (Int32) async throws -> Void
  ) async throws {
    let process = try ChildProcess(program, arguments)
    defer { process.kill() }
    // Whatever it is, it says something when it has begun.
    _ = try process.read(1)
    try await body(process.pid)
  }

  var python: Interpreter {
    get async throws {
      try #require(await LegacyInterpreters.all().last, "get some with scripts/pythons")
    }
  }

  func withPython(
    _ source: String, body: (Int32) async throws -> Void
  ) async throws {
    let program = "import os, sys, time\n\(source)\nos.write(1, b'.')\nwhile True: time.sleep(1)"
    try await with(try await python.path.string, "-c", program, body: body)
  }

  @Test func noSuchProcess() async {
    #expect(await outcome(4_000_000) == .gone(.noSuchProcess))
  }

  @Test func shell() async throws {
    try await with("/bin/sh", "-c", "echo; read x < /dev/zero; sleep 100") { pid in
      #expect(await outcome(pid) == .unsupported(.notPython(executable: "sh")))
    }
  }

  @Test func zombie() async throws {
    try await withPython(
      "if os.fork() == 0: os._exit(0)\ntime.sleep(0)\nos.waitid(os.P_ALL, 0, os.WEXITED | os.WNOWAIT)"
    ) { pid in
      let child = LiveProcess.all.first { $0.status?.parent == pid }
      let pid = try #require(child).pid
      #expect(await outcome(pid) == .gone(.zombie))
    }
  }

  @Test func stopped() async throws {
    try await withPython("") { pid in
      kill(pid, SIGSTOP)
      var information = siginfo_t()
      _ = waitid(P_PID, id_t(pid), &information, WSTOPPED | WNOWAIT)
      #expect(await outcome(pid) == .refused(.stopped))
      #expect(LiveProcess(pid: pid).status?.state == "T")
      kill(pid, SIGCONT)
    }
  }

  @Test func pidUsedAgain() async throws {
    try await withPython("") { pid in
      #expect(await outcome(pid, .init(startTime: 1)) == .gone(.pidReused))
    }
  }

  @Test func thread() async throws {
    try await withPython(
      "import threading\nthreading.Thread(target=time.sleep, args=(99,), daemon=True).start()"
    ) { pid in
      let thread = try #require(LiveProcess(pid: pid).threads.first { $0 != pid })
      #expect(await outcome(thread) == .unsupported(.thread(of: pid)))
    }
  }

  @Test func tracedByAnother() async throws {
    let strace = "/usr/bin/strace"
    guard FileManager.default.isExecutableFile(atPath: strace) else { return }
    try await withPython("") { pid in
      try await with(strace, "-qq", "-o", "/dev/stdout", "-e", "trace=all", "-p", "\(pid)") {
        let answer = await outcome(pid)
        #expect(answer == .refused(.traced(by: $0)))
      }
    }
  }

  /// `PR_SET_NO_NEW_PRIVS` and a filter that allows everything.
  @Test func seccompFilter() async throws {
    let source = """
      import ctypes
      class Filter(ctypes.Structure):
          _fields_ = [('code', ctypes.c_uint16), ('jt', ctypes.c_uint8), ('jf', ctypes.c_uint8),
                      ('k', ctypes.c_uint32)]
      class Program(ctypes.Structure):
          _fields_ = [('len', ctypes.c_uint16), ('filter', ctypes.POINTER(Filter))]
      libc = ctypes.CDLL(None, use_errno=True)
      allow = Filter(6, 0, 0, 0x7fff0000)
      assert libc.prctl(38, 1, 0, 0, 0) == 0
      program = Program(1, ctypes.pointer(allow))
      assert libc.prctl(22, 2, ctypes.byref(program), 0, 0) == 0
      """
    try await withPython(source) { pid in
      #expect(await outcome(pid) == .refused(.seccomp(mode: 2)))
      #expect(await outcome(pid, .init(ignoresSeccomp: true)) == .attached(.result("1")))
    }
  }

  @Test func endsMeanwhile() async throws {
    try await with(
      try await python.path.string, "-c",
      "import os\nos.write(1, b'.')\nx = sum(range(10 ** 12))"
    ) { pid in
      let answer = Task { await outcome(pid, .init(timeout: .seconds(20))) }
      // The page for the call is there: the attach is half-way.
      let end = ContinuousClock.now + .seconds(10)
      while try !LiveProcess(pid: pid).memoryMap().regions
        .contains(where: { $0.isExecutable && $0.file == nil && $0.label.isEmpty })
      {
        try #require(ContinuousClock.now < end, "it did not get half-way")
        try await Task.sleep(for: .milliseconds(1))
      }
      kill(pid, SIGKILL)
      #expect(await answer.value == .gone(.endedMeanwhile))
    }
  }

  @Test func raises() async throws {
    try await withPython("") { pid in
      let report = await LegacyInjector()
        .attach(
          to: LiveProcess(pid: pid), running: .file("def f():\n  1/0\nf()\n", name: "code.py"),
          limits: .init())
      guard case .attached(.raised(let traceback)) = report.outcome else {
        Issue.record("\(report)")
        return
      }
      #expect(traceback.contains("File \"code.py\", line 2, in f\n"))
      #expect(traceback.contains("ZeroDivisionError"))
      #expect(!traceback.contains("bootstrap"))
    }
  }

  @Test func runsLonger() async throws {
    try await withPython("") { pid in
      let report = await LegacyInjector()
        .attach(
          to: LiveProcess(pid: pid),
          running: .file("import time\ntime.sleep(0.6)\n", name: "code.py"),
          limits: .init(timeout: .milliseconds(300)))
      #expect(report.outcome == .busy(.stillRunning(isStopped: false)))
    }
  }
}
