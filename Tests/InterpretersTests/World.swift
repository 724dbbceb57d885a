import Foundation
import Interpreters
import SystemPackage

/// A folder that stands for a whole machine, gone at the end of the test.
final class World {
  let root: FilePath
  var variables: [String: String] = [:]

  init() throws {
    let folder = FileManager.default.temporaryDirectory
      .appending(path: "matrix-world-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    root = FilePath(folder.resolvingSymlinksInPath().path)
  }

  deinit { try? FileManager.default.removeItem(atPath: root.string) }

  var home: FilePath { root.appending("home") }

  var environment: SearchEnvironment {
    SearchEnvironment(
      variables: variables, home: home, workingDirectory: root.appending("work"), root: root)
  }

  func find(_ paths: [FilePath] = [], deadline: Duration = .seconds(10)) async -> Discovery {
    await InterpreterFinder(environment: environment, deadline: deadline).find(paths)
  }

  func path(_ path: String) -> FilePath { root.appending(path) }

  @discardableResult
  func write(_ path: String, _ text: String, executable: Bool = false) throws -> FilePath {
    let file = self.path(path)
    try FileManager.default.createDirectory(
      atPath: file.removingLastComponent().string, withIntermediateDirectories: true)
    // A file of its own, so that a rewritten one is another one.
    try? FileManager.default.removeItem(atPath: file.string)
    try Data(text.utf8).write(to: URL(filePath: file.string))
    if executable {
      try FileManager.default.setAttributes(
        [.posixPermissions: 0o755], ofItemAtPath: file.string)
    }
    return file
  }

  func link(_ path: String, to target: String) throws {
    let file = self.path(path)
    try FileManager.default.createDirectory(
      atPath: file.removingLastComponent().string, withIntermediateDirectories: true)
    try FileManager.default.createSymbolicLink(
      atPath: file.string, withDestinationPath: self.path(target).string)
  }

  func hardLink(_ path: String, to target: String) throws {
    try FileManager.default.linkItem(
      atPath: self.path(target).string, toPath: self.path(path).string)
  }

  /// A script that answers the probe, and notes in `calls` below the root that it ran.
  @discardableResult
  func interpreter(_ path: String, _ answer: FakeAnswer) throws -> FilePath {
    try script(path, "printf '\\n%s\\n' 'matrix-probe:\(answer.json)'")
  }

  @discardableResult
  func script(_ path: String, _ lines: String) throws -> FilePath {
    try write(
      path, "#!/bin/sh\necho \"$0\" >> '\(root)/calls'\n\(lines)\n", executable: true)
  }

  /// The scripts that ran, in any order.
  var calls: [String] {
    let text = (try? String(contentsOfFile: path("calls").string, encoding: .utf8)) ?? ""
    return text.split(separator: "\n").map { $0.dropFirst(root.string.count + 1) }
      .map(String.init).sorted()
  }
}

/// What a fake interpreter says.
struct FakeAnswer {
  var version = (3, 12, 1)
  var level = "final"
  var serial = 0
  var implementation = "cpython"
  var flags = ""
  var library: String?
  var executable = "/nonexistent"
  var remoteDebug = false

  var json: String {
    """
    {"version":[\(version.0),\(version.1),\(version.2)],"level":"\(level)","serial":\(serial),\
    "implementation":"\(implementation)","pymalloc":\(flags.contains("m")),\
    "free_threaded":\(flags.contains("t")),"debug":\(flags.contains("d")),\
    "shared":\(library != nil),"library":\(library.map { "\"\($0)\"" } ?? "null"),"libc":"gnu",\
    "machine":"x86_64","system":"linux","executable":"\(executable)","prefix":"/prefix",\
    "remote_debug":\(remoteDebug)}
    """
  }
}
