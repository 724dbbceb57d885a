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

  /// What is written into the pipe; fails if nobody writes within a minute.
  private func announcement(in fifo: FilePath) throws -> String {
    // Open for both ends, so that opening waits for nobody.
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
}
