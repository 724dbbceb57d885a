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

  @Test("Ctrl-C in the middle of a run ends it with 2, leaves no process and keeps the results")
  func controlC() async throws {
    let column = try #require(await Machine.ends.last)
    try await withScratch { scratch in
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
        // Opening waits for the program to open its end.
        let announcement = try FileDescriptor.open(fifo, .readOnly)
        let pid = try announcement.closeAfter {
          var bytes = [UInt8](repeating: 0, count: 32)
          let count = try bytes.withUnsafeMutableBytes { try announcement.read(into: $0) }
          return String(decoding: bytes[..<count], as: UTF8.self)
        }
        try execution.send(signal: .interrupt)
        return pid
      }

      #expect(run.terminationStatus == .exited(2))
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
