import Attach
import CPython
import Foundation
import Glibc
import Interpreters
import SystemPackage
import TargetProcess
import TestSupport
import Testing

/// Programs whose files are not ours: in namespaces of their own, or removed meanwhile.
@Suite("A program whose files are elsewhere", .serialized)
struct ContainerTests {
  private static let unshare = "/usr/bin/unshare"
  private static let namespaces = ["--mount", "--pid", "--fork", "--kill-child"]
  private static let isPossible =
    geteuid() == 0 && FileManager.default.isExecutableFile(atPath: unshare)
    && (try? ChildProcess(unshare, namespaces + ["mount", "-t", "proc", "none", "/proc"]).wait())
      == .exited(0)

  private static let program =
    "import os, sys, time\nprint('ready', flush=True)\nwhile True: time.sleep(0.001)"

  /// Not chosen by trying: other tests hold up the threads that tasks share, and that time counts.
  private func entry(_ interpreter: Interpreter) -> any Attacher {
    interpreter.version.minor >= 14 ? SafeAttach() : LegacyInjector()
  }

  /// Mount and pid namespaces of its own, another root, and another /tmp.
  @Test(
    "is reached in a container", .enabled(if: isPossible, "needs root and namespaces"),
    arguments: await LegacyInterpreters.all() + SafeInterpreters.all())
  func container(_ interpreter: Interpreter) async throws {
    let root = FileManager.default.temporaryDirectory.appending(path: "root-\(UUID())")
    try FileManager.default.createDirectory(at: root, withIntermediateDirectories: false)
    // Its mounts end with its namespace.
    defer { rmdir(root.path) }
    let enter = """
      mount --rbind / "$0" && mount -t tmpfs none "$0/tmp" && mount -t proc none "$0/proc" &&
      exec chroot "$0" "$1" -c "$2"
      """
    let container = try ChildProcess(
      Self.unshare,
      Self.namespaces + [
        "sh", "-c", enter, root.path, interpreter.path.string, Self.program,
      ])
    #expect(try container.read(6) == "ready\n")
    let target = try #require(LiveProcess.all.first { $0.status?.parent == container.pid })
    let inside = "__import__('os').getpid(), __import__('os').listdir('/tmp')"
    let report = await entry(interpreter)
      .attach(to: target, running: .expression(inside), limits: .init())
    // Where they meet is in its /tmp, and nowhere else.
    guard case .attached(.result(let text?)) = report.outcome else {
      Issue.record("\(interpreter.label): \(report)")
      return
    }
    #expect(text.hasPrefix("(1, ['.matrix-attach-"), "\(interpreter.label)")
    let after = await entry(interpreter)
      .attach(to: target, running: .file("", name: "empty"), limits: .init())
    #expect(after.outcome == .attached(.result(nil)), "\(interpreter.label)")
    let left = try FileManager.default.contentsOfDirectory(atPath: "/proc/\(target.pid)/root/tmp")
    #expect(left.isEmpty, "\(interpreter.label)")
    #expect(container.isRunning)
  }

  @Test(
    "is reached after its executable was removed, or replaced",
    arguments: await (LegacyInterpreters.all() + SafeInterpreters.all())
      .filter { $0.linkage == .static })
  func removed(_ interpreter: Interpreter) async throws {
    let copy = "/tmp/matrix-removed-\(UUID())"
    let installed = try ChildProcess("/usr/bin/install", [interpreter.path.string, copy])
    try #require(installed.wait() == .exited(0))
    defer { unlink(copy) }
    let target = try ChildProcess(
      copy, ["-c", Self.program],
      environment: ProcessInfo.processInfo.environment
        .merging(["PYTHONHOME": interpreter.prefix.string]) { $1 })
    #expect(try target.read(6) == "ready\n")
    for replacement in [nil, "/bin/true"] {
      unlink(copy)
      if let replacement { symlink(replacement, copy) }
      let report = await entry(interpreter)
        .attach(
          to: LiveProcess(pid: target.pid), running: .expression("6 * 7"), limits: .init())
      #expect(report.outcome == .attached(.result("42")), "\(interpreter.label): \(report)")
    }
  }
}
