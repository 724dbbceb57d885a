import Foundation
import SystemPackage
import Testing

@testable import Harness

@Suite("The standard streams of a debuggee", .timeLimit(.minutes(1)))
struct StandardStreamsTests {
  @Test("a character that is read in two parts is one", arguments: ["é", "€", "🐍"])
  func charactersAreWhole(_ character: String) async throws {
    let streams = try StandardStreams(readsInput: false)
    defer { streams.close() }
    for byte in character.utf8 {
      _ = try streams.childOutput.writeAll([byte])
      // The log has read the byte before the next one is written.
      while streams.output.tailBytes.last != byte { await Task.yield() }
    }
    #expect(await streams.output.wait(for: character))
    #expect(streams.output.tail == character)
  }

  @Test("texts are found in turn, wherever the parts that were read begin")
  func textsAreFoundInTurn() async throws {
    let streams = try StandardStreams(readsInput: false)
    defer { streams.close() }
    let found = Task {
      [await streams.output.wait(for: "needle"), await streams.output.wait(for: "x")]
    }
    for part in ["nee", "nee", "dle and an ", "x and more"] {
      _ = try streams.childOutput.writeAll(part.utf8)
    }
    #expect(await found.value == [true, true])
    streams.close()
    #expect(streams.output.unread == " and more")
    #expect(await !streams.output.wait(for: "no more"))
  }

  @Test("closing reads what is there, also while another process writes without end")
  func closingIsBounded() async throws {
    let streams = try StandardStreams(readsInput: false)
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    posix_spawn_file_actions_adddup2(&actions, streams.childOutput.rawValue, 1)
    defer { posix_spawn_file_actions_destroy(&actions) }
    var arguments = [strdup("yes"), nil]
    defer { free(arguments[0]) }
    var pid: pid_t = 0
    try #require(posix_spawnp(&pid, "yes", &actions, nil, &arguments, nil) == 0)
    #expect(await streams.output.wait(for: "y\ny\n"))
    streams.close()
    #expect(streams.output.tail.hasPrefix("y\n") || streams.output.tail.hasPrefix("\ny"))
    kill(pid, SIGKILL)
    var status: Int32 = 0
    waitpid(pid, &status, 0)
  }

  @Test("a wait for a text ends when its task is cancelled")
  func waitsAreCancelled() async throws {
    let streams = try StandardStreams(readsInput: false)
    defer { streams.close() }
    let waiting = Task { await streams.output.wait(for: "never") }
    waiting.cancel()
    #expect(await !waiting.value)
  }

  @Test("writing to a program that does not read ends with the program")
  func writingEnds() async throws {
    let streams = try StandardStreams(readsInput: true)
    defer { streams.close() }
    var asked = 0
    await streams.write(String(repeating: "x", count: 1 << 20)) {
      asked += 1
      return asked < 10
    }
    #expect(asked == 10)
  }
}
