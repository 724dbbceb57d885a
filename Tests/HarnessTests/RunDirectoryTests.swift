import Foundation
import SystemPackage
import TargetProcess
import Testing

@testable import Harness

@Suite("The directory of a run", .timeLimit(.minutes(1)))
struct RunDirectoryTests {
  private func withParent(_ body: (TemporaryDirectory) throws -> Void) throws {
    let parent = try TemporaryDirectory()
    defer { parent.remove() }
    try body(parent)
  }

  @Test(
    "is left alone by other runs while its owner lives, and is not theirs to remove later either")
  func aLiveRunIsLeftAlone() throws {
    try withParent { parent in
      let run = try RunDirectory(below: parent.path)
      #expect(RunDirectory.removeLeftovers(below: parent.path).isEmpty)
      #expect(parent.folder.names.count == 1)
      run.remove()
      #expect(parent.folder.names.isEmpty)
    }
  }

  @Test("is removed by the next run when its owner was killed, at whatever point")
  func leftoversAreRemoved() throws {
    try withParent { parent in
      // An owner that is gone holds no lock.
      let whole = try TemporaryDirectory(below: parent.path, prefix: "matrix-run-")
      try whole.folder.write("gone1", to: "id")
      try whole.folder.write("text", to: "c-one/program/file.py")
      _ = try TemporaryDirectory(below: parent.path, prefix: "matrix-run-")
      #expect(
        RunDirectory.removeLeftovers(below: parent.path)
          == RunDirectory.Leftovers(directories: 2, processes: 0))
      #expect(parent.folder.names.isEmpty)
    }
  }

  @Test("is told from directories that have such a name and are another's work")
  func othersAreLeftAlone() throws {
    try withParent { parent in
      let other = try TemporaryDirectory(below: parent.path, prefix: "matrix-run-")
      try other.folder.write("text", to: "mine.txt")
      let alike = try TemporaryDirectory(below: parent.path, prefix: "matrix-")
      let strange = try TemporaryDirectory(below: parent.path, prefix: "matrix-run-")
      try strange.folder.write("not an id\n", to: "id")
      let elsewhere = try TemporaryDirectory()
      defer { elsewhere.remove() }
      try elsewhere.folder.write("abc", to: "id")
      try FileManager.default.createSymbolicLink(
        atPath: parent.path.appending("matrix-run-link").string,
        withDestinationPath: elsewhere.path.string)
      #expect(RunDirectory.removeLeftovers(below: parent.path).isEmpty)
      #expect(other.folder.names == ["mine.txt"])
      #expect(parent.folder.names.contains(alike.path.lastComponent?.string ?? ""))
      #expect(elsewhere.folder.names == ["id"])
    }
  }

  @Test("names the processes of the run, which go with it, and no others")
  func processesGoWithTheRun() throws {
    try withParent { parent in
      let left = try TemporaryDirectory(below: parent.path, prefix: "matrix-run-")
      try left.folder.write("abc123", to: "id")
      let theirs = try Sleeper(environment: ["MATRIX_CELL=abc123.1"])
      let others = try Sleeper(environment: ["MATRIX_CELL=abc1234.1"])
      defer { others.kill() }
      let leftovers = RunDirectory.removeLeftovers(below: parent.path)
      #expect(leftovers == RunDirectory.Leftovers(directories: 1, processes: 1))
      #expect(theirs.wait() == SIGKILL)
      #expect(LiveProcess(pid: others.pid).status?.isZombie == false)
    }
  }
}

/// A child that waits for its standard input to end.
private final class Sleeper {
  let pid: pid_t
  private let input: FileDescriptor

  init(environment: [String]) throws {
    let pipe = try FileDescriptor.pipe()
    for end in [pipe.readEnd, pipe.writeEnd] { _ = fcntl(end.rawValue, F_SETFD, FD_CLOEXEC) }
    input = pipe.writeEnd
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    posix_spawn_file_actions_adddup2(&actions, pipe.readEnd.rawValue, 0)
    defer { posix_spawn_file_actions_destroy(&actions) }
    var arguments = [strdup("cat"), nil]
    var variables = environment.map { strdup($0) } + [nil]
    defer { for text in arguments + variables { free(text) } }
    var pid: pid_t = 0
    try #require(posix_spawn(&pid, "/bin/cat", &actions, nil, &arguments, &variables) == 0)
    try pipe.readEnd.close()
    self.pid = pid
  }

  /// - Returns: the signal that ended it.
  func wait() -> Int32 {
    var status: Int32 = 0
    waitpid(pid, &status, 0)
    return status & 0x7F
  }

  func kill() {
    try? input.close()
    _ = wait()
  }
}
