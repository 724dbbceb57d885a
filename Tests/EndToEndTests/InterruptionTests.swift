import Foundation
import Harness
import Interpreters
import Matrix
import Subprocess
import SystemPackage
import Testing

@Suite("Interruption")
struct InterruptionTests {
  /// Says that it runs, through a pipe, and never ends.
  private func scenario(announcingIn fifo: FilePath) -> String {
    """
    \"""A program that runs until it is interrupted.\"""
    import os

    with open("\(fifo)", "w") as announcement:
        announcement.write(str(os.getpid()))
    while True:
        pass

    #> run -> exit 0
    """ + "\n"
  }

  /// The text that the program writes into the pipe; fails if there is none within a minute.
  private func announcement(in fifo: FilePath) throws -> String {
    // Opened for reading and writing, so that opening does not block.
    let pipe = try FileDescriptor.open(fifo, .readWrite)
    return try pipe.closeAfter {
      var entry = pollfd(fd: pipe.rawValue, events: Int16(POLLIN), revents: 0)
      try #require(poll(&entry, 1, 60_000) == 1, "the program did not start")
      var bytes = [UInt8](repeating: 0, count: 32)
      let count = try bytes.withUnsafeMutableBytes { try pipe.read(into: $0) }
      return String(decoding: bytes[..<count], as: UTF8.self)
    }
  }

  @Test("Ctrl-C in the middle of a run ends it with 2, leaves no process and keeps the results")
  func controlC() async throws {
    let column = try #require(await Machine.ends.last)
    try await withTemporaryDirectory { scratch in
      let fifo = scratch.path.appending("fifo")
      try #require(mkfifo(fifo.string, 0o600) == 0)
      try scratch.folder.write(scenario(announcingIn: fifo), to: "mine/zz/forever.py")
      let report = scratch.path.appending("report")

      let run = try await Subprocess.run(
        .path(Machine.products.appending("matrix")),
        arguments: [
          "run", "--versions", column.interpreter.path.string, "--scenarios-from",
          scratch.path.appending("mine").string, "--scenarios", "stepping/over_yield", "forever",
          "--jobs", "1", "--timeout", "60", "--output", report.string,
        ], input: .none, output: .string(limit: 1 << 20), error: .string(limit: 1 << 20)
      ) { execution in
        let pid = try announcement(in: fifo)
        try execution.send(signal: .interrupt)
        return pid
      }

      #expect(run.terminationStatus == .exited(2), "\(run.standardError)")
      #expect(!FileManager.default.fileExists(atPath: "/proc/\(run.closureResult)"))
      let events = try String(
        contentsOfFile: report.appending("events.jsonl").string, encoding: .utf8)
      #expect(events.contains("over_yield"))
      for line in events.split(separator: "\n") {
        _ = try JSONSerialization.jsonObject(with: Data(line.utf8))
      }
      let page = try String(contentsOfFile: report.appending("report.html").string, encoding: .utf8)
      #expect(page.contains("over_yield"))
    }
  }

  /// Starts the run of a program that never ends, and acts once the program runs.
  private func interruptedRun(
    _ column: Machine.Named, in directory: TemporaryDirectory, _ act: (_ matrix: pid_t) -> Void
  ) async throws -> (status: TerminationStatus, pid: Int32) {
    let fifo = directory.path.appending("fifo")
    try #require(mkfifo(fifo.string, 0o600) == 0)
    try directory.folder.write(scenario(announcingIn: fifo), to: "mine/zz/forever.py")
    try directory.folder.makeDirectory("tmp")
    let run = try await Subprocess.run(
      .path(Machine.products.appending("matrix")),
      arguments: [
        "run", "--versions", column.interpreter.path.string, "--scenarios-from",
        directory.path.appending("mine").string, "--scenarios", "forever", "--timeout", "60",
        "--output", directory.path.appending("report").string,
      ], environment: .inherit.updating(["TMPDIR": directory.path.appending("tmp").string]),
      input: .none, output: .discarded, error: .discarded
    ) { execution in
      let pid = try #require(Int32(try announcement(in: fifo)))
      act(execution.processIdentifier.value)
      return pid
    }
    return (run.terminationStatus, run.closureResult)
  }

  @Test("SIGTERM ends a run as Ctrl-C does, and a second signal does no harm")
  func terminationAndASecondSignal() async throws {
    let column = try #require(await Machine.ends.last)
    try await withTemporaryDirectory { directory in
      let run = try await interruptedRun(column, in: directory) { matrix in
        for number in [SIGTERM, SIGINT] { kill(matrix, number) }
      }
      #expect(run.status == .exited(2))
      #expect(!FileManager.default.fileExists(atPath: "/proc/\(run.pid)"))
      #expect(Directory(directory.path.appending("tmp")).names.isEmpty)
      let report = directory.path.appending("report")
      let events = try String(
        contentsOfFile: report.appending("events.jsonl").string, encoding: .utf8)
      #expect(events.hasSuffix("\"reason\":\"interrupted\"}\n"), "\(events)")
      for name in ["report.json", "report.md", "report.html"] {
        #expect(FileManager.default.fileExists(atPath: report.appending(name).string))
      }
    }
  }

  @Test("what a run that was killed has left, the next run removes")
  func killed() async throws {
    let column = try #require(await Machine.ends.last)
    try await withTemporaryDirectory { directory in
      let run = try await interruptedRun(column, in: directory) { kill($0, SIGKILL) }
      #expect(run.status == .signaled(SIGKILL))
      let temporary = directory.path.appending("tmp")
      #expect(Directory(temporary).names.count == 1)
      #expect(FileManager.default.fileExists(atPath: "/proc/\(run.pid)"))
      let leftovers = RunDirectory.removeLeftovers(below: temporary)
      #expect((leftovers.directories, leftovers.processes) == (1, 1))
      #expect(Directory(temporary).names.isEmpty)
      let status = try? String(contentsOfFile: "/proc/\(run.pid)/stat", encoding: .utf8)
      #expect(status.map { $0.contains(") Z ") } ?? true, "\(status ?? "")")
    }
  }
}
