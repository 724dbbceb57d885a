import CPython
import Foundation
import Glibc
import Interpreters
import Subprocess
import SystemPackage
import TestSupport
import Testing

@Suite("The command matrix attach", .serialized)
struct AttachCommandTests {
  private static let matrix = Machine.products.appending("matrix")

  private func attach(
    _ arguments: [String], secret: String? = nil
  ) async throws -> (status: TerminationStatus, output: String, errors: String) {
    let run = try await Subprocess.run(
      .path(Self.matrix), arguments: Arguments(["attach"] + arguments),
      environment: .inherit.updating(["MATRIX_SECRET": secret]),
      output: .string(limit: 1 << 20), error: .string(limit: 1 << 20))
    return (run.terminationStatus, run.standardOutput, run.standardError)
  }

  private func target(
    _ interpreter: Interpreter, _ source: String = "while True: time.sleep(0.001)"
  ) throws -> ChildProcess {
    let target = try ChildProcess(
      interpreter.path.string, ["-c", "import sys, time\nprint('ready', flush=True)\n" + source])
    try #require(try target.read(6) == "ready\n")
    return target
  }

  /// How many descriptors and threads it has.
  private func resources(_ pid: Int32) throws -> [Int] {
    try ["fd", "task"].map {
      try FileManager.default.contentsOfDirectory(atPath: "/proc/\(pid)/\($0)").count
    }
  }

  @Test(
    "--close ends listeners with their descriptors and threads",
    arguments: await Machine.attachable)
  func close(_ column: Machine.Named) async throws {
    try await Machine.turnstile.pass {
      let target = try target(column.interpreter)
      let pid = "\(target.pid)"
      #expect(
        try await attach([pid, "--close", "all"]).output
          == "nothing to close: process \(pid) has no such listener of the agent\n")
      let before = try resources(target.pid)
      let socket = "unix:/tmp/matrix-close-\(UUID())"
      var endpoints: [String] = []
      for endpoint in ["0", "0", socket] {
        let run = try await attach([pid, "--listen", endpoint], secret: "s")
        try #require(run.status == .exited(0), "\(run.errors)")
        let line = try #require(run.output.split(separator: "\n").first)
        endpoints.append(String(line.dropFirst("listening at ".count)))
      }
      #expect(endpoints[2] == socket)
      let stacks = try await attach([pid, "--stacks"]).output
      #expect(stacks.contains("thread ") && !stacks.contains("_matrix_agent"), "\(stacks)")
      let port = String(endpoints[0].split(separator: ":")[1])
      #expect(try await attach([pid, "--close", port]).output == "closed \(endpoints[0])\n")
      let rest = try await attach([pid, "--close", "all"]).output
      #expect(
        Set(rest.split(separator: "\n").map(String.init))
          == ["closed \(endpoints[1])", "closed \(socket)"])
      #expect(!FileManager.default.fileExists(atPath: String(socket.dropFirst(5))))
      // The thread that answered ends as its last act.
      let end = ContinuousClock.now + .seconds(10)
      while try resources(target.pid) != before, ContinuousClock.now < end {
        try await Task.sleep(for: .milliseconds(5))
      }
      #expect(try resources(target.pid) == before)
      let again = try await attach([pid, "--listen", port], secret: "s")
      #expect(again.status == .exited(0), "\(again.errors)")
    }
  }

  private struct Sample: Decodable {
    struct Stacks: Decodable {
      struct Thread: Decodable { var ident: UInt64 }
      var threads: [Thread]
    }
    var schema: Int
    var pid: Int32
    var outcome: String
    var cause: String
    var stacks: Stacks?
  }

  @Test("samples several processes again and again, a document a line")
  func series() async throws {
    for column in await Machine.ends {
      let targets = [try target(column.interpreter), try target(column.interpreter)]
      let run = try await attach(
        targets.map { "\($0.pid)" }
          + ["--stacks", "--every", "0.01", "--count", "3", "--format", "json", "--verbose"])
      #expect(run.status == .exited(0), "\(run.errors)")
      let samples = try run.output.split(separator: "\n")
        .map { try JSONDecoder().decode(Sample.self, from: Data($0.utf8)) }
      #expect(samples.map(\.pid) == (targets + targets + targets).map(\.pid))
      #expect(samples.allSatisfy { $0.schema == 2 && $0.stacks?.threads.isEmpty == false })
      let cached = run.errors.components(separatedBy: "provider=cache").count - 1
      #expect(cached == (column.interpreter.version.minor >= 14 ? 4 : 0), "\(run.errors)")
    }
  }

  @Test("a series ends with its processes, and its exit code is the highest")
  func endingSeries() async throws {
    let interpreter = try #require(await Machine.ends.first).interpreter
    let (long, gone) = (try target(interpreter), try target(interpreter))
    gone.kill()
    gone.wait()
    let run = try await attach(
      ["\(gone.pid)", "\(long.pid)", "--eval", "1", "--every", "0.01", "--count", "2"])
    #expect(run.status == .exited(20))
    #expect(run.output.components(separatedBy: "== process \(long.pid)").count == 3)
    #expect(run.output.components(separatedBy: "== process \(gone.pid)").count == 2)
  }

  @Test("SIGINT ends a series between two attaches")
  func interrupted() async throws {
    let interpreter = try #require(await Machine.ends.first).interpreter
    let target = try target(interpreter)
    let series = try ChildProcess(
      Self.matrix.string, ["attach", "\(target.pid)", "--eval", "1", "--every", "1000"])
    let head = "== process \(target.pid),"
    #expect(try series.read(head.utf8.count) == head)
    kill(series.pid, SIGINT)
    _ = try series.rest()
    #expect(series.wait() == .exited(0))
    #expect(target.isRunning)
  }

  @Test("no escape sequence of the program reaches the terminal in a message")
  func escapes() async throws {
    let interpreter = try #require(await Machine.ends.last).interpreter
    let target = try target(interpreter)
    let run = try await attach(
      ["\(target.pid)", "--eval", "exec(\"raise ValueError('\\\\x1b[2J\\\\u202e')\")"])
    #expect(run.status == .exited(10))
    #expect(run.errors.contains("\\x1b[2J\\u202e"), "\(run.errors)")
    #expect(!run.errors.contains("\u{1b}"))
  }

  @Test("a secret is no argument, and may come from a file")
  func secret() async throws {
    let interpreter = try #require(await Machine.ends.last).interpreter
    let target = try target(interpreter)
    let file = FileManager.default.temporaryDirectory.appending(path: "secret-\(UUID())")
    try "told\nrest".write(to: file, atomically: false, encoding: .utf8)
    defer { try? FileManager.default.removeItem(at: file) }
    let run = try await attach(["\(target.pid)", "--listen", "0", "--secret-file", file.path])
    #expect(run.output.hasSuffix("\nsecret told\n"), "\(run.errors)")
    for refused in [["--secret", "x"], ["--secret-file", "/nonexistent"]] {
      let run = try await attach(["\(target.pid)", "--listen", "0"] + refused)
      #expect(run.status == .exited(64))
    }
    #expect(try await attach(["\(target.pid)", "--listen", "0"], secret: "").status == .exited(64))
  }

  @Test("doctor ends as attach does where remote debugging is switched off")
  func doctor() async throws {
    let interpreter = try #require(await Machine.ends.last).interpreter
    guard interpreter.version.minor >= 14 else { return }
    let target = try ChildProcess(
      interpreter.path.string,
      [
        "-X", "disable-remote-debug", "-c",
        "import time\nprint('ready', flush=True)\nwhile True: time.sleep(0.01)",
      ])
    try #require(try target.read(6) == "ready\n")
    #expect(try await attach(["\(target.pid)", "--eval", "1"]).status == .exited(37))
    let doctor = try ChildProcess(
      Self.matrix.string, ["doctor", "--pid", "\(target.pid)", "--format", "json"])
    let text = try doctor.rest()
    #expect(text.contains("\"cause\" : \"switched_off\"") && text.contains("\"schema\" : 2"))
    #expect(doctor.wait() == .exited(37))
  }
}

extension Machine {
  /// The interpreters that `matrix attach` gets into: no free-threaded one before safe attach.
  static var attachable: [Named] {
    get async {
      await interpreters.filter { column in
        column.interpreter.version.minor >= 14
          || !column.interpreter.abiFlags.contains(.freeThreaded)
      }
    }
  }
}
