import CPython
import Glibc
import Inspection
import ObjectFile
import PythonRuntime
import SystemPackage
import TargetProcess
import TestSupport
import Testing

struct RealInterpreterTests {
  @Test("a file and a process that runs it tell the same", arguments: Pythons.all)
  func fileAndProcess(_ path: String) throws {
    let file = try #require(try Inspection.file(FilePath(path)).first)
    let running = try ChildProcess(python: path)
    let live = try #require(try Inspection.process(running.pid).first)

    #expect(live.version == file.version && live.version != nil)
    #expect(live.abiFlags == file.abiFlags)
    #expect(live.offsets == file.offsets)
    #expect(live.runtime.location == file.runtime.location)
    let minor = file.version?.minor ?? 0
    #expect((file.offsets != nil) == (minor >= 13))
    #expect((file.runtime.location != nil) == (minor >= 7))
    #expect(live.live?.tableIsThatOfFile == (minor >= 13 ? true : nil))
    #expect(live.live?.mainInterpreter?.remoteDebuggingEnabled == (minor >= 14 ? 1 : nil))
    #expect(live.remoteDebugging == (minor >= 14 ? .on : .unsupported))
    #expect(live.notes.isEmpty)
  }

  @Test("an interpreter says the version that its file says", arguments: Pythons.all)
  func version(_ path: String) throws {
    let file = try #require(try Inspection.file(FilePath(path)).first)
    let version = try #require(file.version)
    let parts = [version.major, version.minor, version.micro].map(String.init)
    #expect(
      try output(path, "print('.'.join(map(str, __import__('sys').version_info[:3])))")
        == parts.joined(separator: ".") + "\n")
  }

  @Test("remote debugging that was switched off is told as off")
  func switchedOff() throws {
    for path in Pythons.all
    where try Inspection.file(FilePath(path)).first?.offsets?
      .debuggerSupport != nil
    {
      let running = try ChildProcess(python: path, options: ["-X", "disable-remote-debug"])
      let live = try #require(try Inspection.process(running.pid).first)
      #expect(live.remoteDebugging == .off)
    }
  }

  @Test("a renamed executable that was removed, and one that was replaced, are still read")
  func removed() throws {
    // With the runtime in the executable, and the library's folder beside its own.
    let found = Pythons.all.first { path in
      (try? Inspection.file(FilePath(path)).first?.file) == path && path.contains("/pythons/")
    }
    guard let path = found else { return }
    let folder = "/tmp/matrix-inspect-\(getpid())"
    let copy = "\(folder)/bin/no name at all"
    let original = FilePath(path).removingLastComponent().removingLastComponent()
    for made in [folder, "\(folder)/bin"] { mkdir(made, 0o700) }
    symlink(original.appending("lib").string, "\(folder)/lib")
    defer {
      for left in [copy, "\(folder)/lib"] { unlink(left) }
      for left in ["\(folder)/bin", folder] { rmdir(left) }
    }
    try #require(try ChildProcess("/bin/cp", ["-L", path, copy]).wait() == .exited(0))
    let running = try ChildProcess(python: copy)
    let before = try #require(try Inspection.process(running.pid).first)
    unlink(copy)
    let removed = try #require(try Inspection.process(running.pid).first)
    symlink("/bin/true", copy)
    let replaced = try #require(try Inspection.process(running.pid).first)
    #expect(before.live?.imageWay == "path" && removed.live?.imageWay == "executable")
    for after in [removed, replaced] {
      #expect(after.version == before.version && after.offsets == before.offsets)
      #expect(after.live?.runtimeAddress == before.live?.runtimeAddress)
      #expect(after.notes.count == 1)
    }
  }

  @Test("several symbols at once are the same as one by one")
  func symbols() throws {
    let names = [
      "Py_AddPendingCall", "make_pending_calls", "_PyEval_AddPendingCall", "no_such_function",
      "PyMutex_Lock", "main", "take_gil", "e",
    ]
    for path in Pythons.all {
      let file = try ELFFile(try OpenFile(FilePath(path)))
      var single: [ELFSymbol?] = []
      for name in names { single.append(try file.symbol(named: name)) }
      #expect(try file.firstSymbols(named: names) == single, "\(path)")
    }
  }

  private func output(_ path: String, _ code: String) throws -> String {
    try ChildProcess(path, ["-I", "-S", "-c", code]).rest()
  }
}
