import Foundation
import Glibc
import Interpreters
import SystemPackage
import TestSupport
import Testing

private enum Nobody {
  static let setpriv = "/usr/bin/setpriv"
  /// An interpreter that everybody may run.
  static let python = "/usr/bin/python3.11"

  static var isThere: Bool {
    geteuid() == 0
      && [setpriv, python].allSatisfy { FileManager.default.isExecutableFile(atPath: $0) }
  }
}

/// With the rights of nobody, by the command: needs root, and `setpriv` of util-linux.
@Suite("Rights", .serialized, .enabled(if: Nobody.isThere, "needs root and setpriv"))
struct OtherUserTests {
  private func start(
    _ program: String, _ arguments: [String], asNobody: Bool
  ) throws -> ChildProcess {
    let nobody = [Nobody.setpriv, "--reuid", "65534", "--regid", "65534", "--clear-groups"]
    return try ChildProcess(
      "/usr/bin/env", ["-C", "/"] + (asNobody ? nobody : []) + [program] + arguments,
      captures: .both)
  }

  /// The exit code of `matrix attach` and what it said.
  private func attach(
    asNobody: Bool, to source: String, ofNobody: Bool
  ) throws -> (ending: ChildProcess.Ending, text: String) {
    let binary = try #require(KilledAttacherTests.binary, "build the product matrix first")
    // Where nobody can reach it.
    let copy = "/tmp/matrix-\(UUID())"
    // By another process: what this one has open for writing, programs that it starts may have, too.
    defer { unlink(copy) }
    try #require(
      try ChildProcess("/usr/bin/install", ["-m", "755", binary.path, copy]).wait() == .exited(0))
    let program = "import os, time\n\(source)\nos.write(1, b'.')\nwhile True: time.sleep(1)"
    let target = try start(Nobody.python, ["-c", program], asNobody: ofNobody)
    defer { target.kill() }
    _ = try target.read(1)
    let attacher = try start(
      copy, ["attach", "\(target.pid)", "--eval", "6 * 7"], asNobody: asNobody)
    let text = try attacher.rest()
    return (attacher.wait(), text)
  }

  private static let hides = "import ctypes; ctypes.CDLL(None).prctl(4, 0, 0, 0, 0)"

  @Test func ownProcess() throws {
    #expect(try attach(asNobody: true, to: "", ofNobody: true) == (.exited(0), "42\n"))
  }

  @Test func processOfAnotherUser() throws {
    let (ending, text) = try attach(asNobody: true, to: "", ofNobody: false)
    #expect(ending == .exited(30))
    #expect(text.contains("belongs to another user (uid 0)"))
  }

  @Test func processThatIsNotDumpable() throws {
    let (ending, text) = try attach(asNobody: true, to: Self.hides, ofNobody: true)
    #expect(ending == .exited(31))
    #expect(text.contains("is not dumpable"))
  }

  @Test func rootReachesEveryone() throws {
    #expect(try attach(asNobody: false, to: "", ofNobody: true) == (.exited(0), "42\n"))
    #expect(try attach(asNobody: false, to: Self.hides, ofNobody: true) == (.exited(0), "42\n"))
  }
}
