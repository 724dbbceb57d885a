import Foundation
import Glibc
import Interpreters
import SystemPackage
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
  ) throws -> (process: Process, output: Pipe) {
    let process = Process()
    let nobody = ["--reuid", "65534", "--regid", "65534", "--clear-groups", program]
    process.executableURL = asNobody ? URL(filePath: Nobody.setpriv) : URL(filePath: program)
    process.arguments = (asNobody ? nobody : []) + arguments
    process.currentDirectoryURL = URL(filePath: "/")
    let output = Pipe()
    process.standardOutput = output
    process.standardError = output
    try process.run()
    return (process, output)
  }

  /// The exit code of `matrix attach` and what it said.
  private func attach(
    asNobody: Bool, to source: String, ofNobody: Bool
  ) throws -> (code: Int32, text: String) {
    let binary = try #require(KilledAttacherTests.binary, "build the product matrix first")
    // Where nobody can reach it.
    let copy = "/tmp/matrix-\(UUID())"
    try FileManager.default.copyItem(atPath: binary.path, toPath: copy)
    chmod(copy, 0o755)
    defer { unlink(copy) }
    let program = "import os, time\n\(source)\nos.write(1, b'.')\nwhile True: time.sleep(1)"
    let (target, ready) = try start(Nobody.python, ["-c", program], asNobody: ofNobody)
    defer {
      kill(target.processIdentifier, SIGKILL)
      target.waitUntilExit()
    }
    _ = try ready.fileHandleForReading.read(upToCount: 1)
    let (attacher, output) = try start(
      copy, ["attach", "\(target.processIdentifier)", "--eval", "6 * 7"], asNobody: asNobody)
    let text = try output.fileHandleForReading.readToEnd() ?? Data()
    attacher.waitUntilExit()
    return (attacher.terminationStatus, String(decoding: text, as: UTF8.self))
  }

  private static let hides = "import ctypes; ctypes.CDLL(None).prctl(4, 0, 0, 0, 0)"

  @Test func ownProcess() throws {
    #expect(try attach(asNobody: true, to: "", ofNobody: true) == (0, "42\n"))
  }

  @Test func processOfAnotherUser() throws {
    let (code, text) = try attach(asNobody: true, to: "", ofNobody: false)
    #expect(code == 30)
    #expect(text.contains("belongs to another user (uid 0)"))
  }

  @Test func processThatIsNotDumpable() throws {
    let (code, text) = try attach(asNobody: true, to: Self.hides, ofNobody: true)
    #expect(code == 31)
    #expect(text.contains("is not dumpable"))
  }

  @Test func rootReachesEveryone() throws {
    #expect(try attach(asNobody: false, to: "", ofNobody: true) == (0, "42\n"))
    #expect(try attach(asNobody: false, to: Self.hides, ofNobody: true) == (0, "42\n"))
  }
}
