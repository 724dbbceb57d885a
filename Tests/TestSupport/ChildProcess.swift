import CTestSupport
import Foundation
import Glibc

/// A program that a test starts; killed and waited for with its last reference.
///
/// It inherits nothing but its standard streams. `Foundation.Process` lets programs that start at
/// the same time inherit each other's ends, and then waits for all of them when it waits for one.
public final class ChildProcess {
  public struct Failure: Error, CustomStringConvertible {
    public var description: String
    public init(_ description: String) { self.description = description }
  }

  public enum Ending: Equatable {
    case exited(Int32)
    case killed(signal: Int32)
  }

  /// What of it can be read here. Output that is not is dropped; errors are dropped with `nothing`
  /// and `errors` only, and otherwise go where the test's own go.
  public enum Captures {
    case nothing, output, errors, both
  }

  public let pid: Int32
  private let end: Int32
  private var ending: Ending?

  /// Starts the program at the absolute path `program`, in the test's own environment unless one
  /// is given.
  public init(
    _ program: String, _ arguments: [String] = [], environment: [String: String]? = nil,
    captures: Captures = .output
  ) throws {
    var ends: [Int32] = [-1, -1]
    guard test_pipe(&ends) == 0 else { throw Self.failure("pipe", errno) }
    end = ends[0]
    defer { close(ends[1]) }

    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    if captures == .output || captures == .both {
      posix_spawn_file_actions_adddup2(&actions, ends[1], 1)
    } else {
      posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
    }
    if captures == .errors || captures == .both {
      posix_spawn_file_actions_adddup2(&actions, ends[1], 2)
    } else if captures == .nothing {
      posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
    }

    // What others have open for writing could not be executed, and what they wait for would not end.
    test_close_from(&actions, 3)

    // The threads that tests run on may have signals blocked.
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))

    let environment = environment ?? ProcessInfo.processInfo.environment
    var words = ([program] + arguments).map { strdup($0) } + [nil]
    var variables = environment.map { strdup("\($0)=\($1)") } + [nil]
    defer { for pointer in words + variables { free(pointer) } }
    var child: Int32 = 0
    let result = posix_spawn(&child, program, &actions, &attributes, &words, &variables)
    guard result == 0 else {
      close(ends[0])
      throw Self.failure(program, result)
    }
    pid = child
  }

  deinit {
    kill()
    wait()
    close(end)
  }

  private static func failure(_ what: String, _ error: Int32) -> Failure {
    Failure("\(what): \(String(cString: strerror(error)))")
  }

  public var isRunning: Bool {
    var status: Int32 = 0
    if ending == nil, waitpid(pid, &status, WNOHANG) == pid { ending = Self.ending(status) }
    return ending == nil
  }

  public func kill() {
    if isRunning { Glibc.kill(pid, SIGKILL) }
  }

  /// Waits for its end.
  @discardableResult
  public func wait() -> Ending {
    if let ending { return ending }
    var status: Int32 = 0
    while waitpid(pid, &status, 0) != pid {}
    let ending = Self.ending(status)
    self.ending = ending
    return ending
  }

  private static func ending(_ status: Int32) -> Ending {
    status & 0x7f == 0 ? .exited(status >> 8 & 0xff) : .killed(signal: status & 0x7f)
  }

  /// What it says next: `count` bytes, or fewer where it closes its output. Throws when it has not
  /// said that within `limit`.
  public func read(_ count: Int, within limit: Duration = .seconds(60)) throws -> String {
    let deadline = ContinuousClock.now + limit
    var said: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 4096)
    while said.count < count {
      let left = deadline - ContinuousClock.now
      var waiting = pollfd(fd: end, events: Int16(POLLIN), revents: 0)
      let ready = poll(&waiting, 1, Int32(max(0, left / .milliseconds(1))))
      if ready < 0 && errno == EINTR { continue }
      guard ready > 0 else {
        throw Failure(
          "process \(pid) said only \(String(decoding: said, as: UTF8.self)) in time"
        )
      }
      let number = Glibc.read(end, &piece, min(piece.count, count - said.count))
      if number < 0 && errno == EINTR { continue }
      guard number > 0 else { break }
      said += piece.prefix(number)
    }
    return String(decoding: said, as: UTF8.self)
  }

  /// All that it says until it closes its output.
  public func rest(within limit: Duration = .seconds(60)) throws -> String {
    try read(.max, within: limit)
  }
}
