import CTestSupport
import Dispatch
import Foundation
import SystemPackage
import Testing

@testable import Harness

@Suite("The watch for a process's end", .timeLimit(.minutes(1)))
struct ExitWatchTests {
  /// A child of this process that ends when its standard input does.
  private final class Child {
    let pid: pid_t
    let input: FileDescriptor
    let pidfd: Int32

    init(exitCode: Int = 0) throws {
      let pipe = try FileDescriptor.pipe()
      for end in [pipe.readEnd, pipe.writeEnd] { _ = fcntl(end.rawValue, F_SETFD, FD_CLOEXEC) }
      input = pipe.writeEnd
      var actions = posix_spawn_file_actions_t()
      posix_spawn_file_actions_init(&actions)
      posix_spawn_file_actions_adddup2(&actions, pipe.readEnd.rawValue, 0)
      defer { posix_spawn_file_actions_destroy(&actions) }
      let command = ["/bin/sh", "-c", "read line; exit \(exitCode)"]
      var arguments = command.map { strdup($0) } + [nil]
      defer { for argument in arguments { free(argument) } }
      var pid: pid_t = 0
      try #require(posix_spawn(&pid, "/bin/sh", &actions, nil, &arguments, nil) == 0)
      try pipe.readEnd.close()
      self.pid = pid
      pidfd = test_pidfd(pid)
      try #require(pidfd >= 0)
    }

    func end() { try? input.close() }

    func reap() {
      var status: Int32 = 0
      waitpid(pid, &status, 0)
    }
  }

  @Test("owns its descriptor: a pidfd that is closed, and whose number another gets, is no matter")
  func ownsItsDescriptor() async throws {
    // What went wrong: libdispatch keeps a number as registered until it has cancelled the source;
    // when the descriptor was closed before, the next one with that number was never watched.
    for _ in 0..<50 {
      let first = try Child()
      let closed = Waiter()
      let watch = try ExitWatch(pidfd: first.pidfd) { closed.signal() }
      let second = try Child(exitCode: 3)
      // Closes the first one's descriptor, and makes its number the second one's.
      try #require(dup2(second.pidfd, first.pidfd) == first.pidfd)
      let other = try ExitWatch(pidfd: first.pidfd)
      watch.close()
      first.end()
      second.end()
      await other.wait()
      #expect(other.end == .success(.exited(3)))
      #expect(await closed.wait(), "the watch has not closed its own descriptor")
      for child in [first, second] {
        close(child.pidfd)
        child.reap()
      }
    }
  }

  @Test("tells how the process ended, and leaves it to be reaped by its parent")
  func tellsHowTheProcessEnded() async throws {
    let child = try Child(exitCode: 7)
    defer { close(child.pidfd) }
    let watch = try ExitWatch(pidfd: child.pidfd)
    #expect(!watch.look())
    child.end()
    #expect(await watch.wait(atMost: .seconds(30)))
    #expect(watch.end == .success(.exited(7)))
    var status: Int32 = 0
    #expect(waitpid(child.pid, &status, 0) == child.pid)
  }

  @Test("an end that the system does not tell is an error and no clean exit")
  func anUnknownEndIsAnError() async throws {
    let child = try Child()
    defer { close(child.pidfd) }
    child.end()
    child.reap()
    let watch = try ExitWatch(pidfd: child.pidfd)
    await watch.wait()
    #expect(watch.end == .failure(.cannotWait(errno: ECHILD)))
    #expect(throws: ExitWatch.Failure.noDescriptor) { try ExitWatch(pidfd: -1) }
    #expect(throws: ExitWatch.Failure.cannotDuplicate(errno: EBADF)) {
      try ExitWatch(pidfd: 1 << 20)
    }
  }

  @Test("every wait ends: by the time, by cancellation, and when the watch is closed")
  func everyWaitEnds() async throws {
    let child = try Child()
    defer {
      child.end()
      child.reap()
      close(child.pidfd)
    }
    let watch = try ExitWatch(pidfd: child.pidfd)
    #expect(await !watch.wait(atMost: .milliseconds(1)))
    let cancelled = Task { await watch.wait() }
    cancelled.cancel()
    await cancelled.value
    let waiting = Task { await watch.wait() }
    watch.close()
    await waiting.value
    #expect(watch.end == nil)
  }
}

/// Something that happens once, awaited with a deadline.
final class Waiter: Sendable {
  private let semaphore = DispatchSemaphore(value: 0)

  func signal() { semaphore.signal() }

  func wait() async -> Bool {
    await withCheckedContinuation { continuation in
      DispatchQueue.global().async {
        continuation.resume(returning: self.semaphore.wait(timeout: .now() + 30) == .success)
      }
    }
  }
}
