import Foundation
import Harness
import Interpreters
import Subprocess
import SystemPackage
import TestSupport
import Testing

@Suite("An agent that is loaded into a running program and listens")
struct ListenTests {
  private static let folder = Machine.testSources.appending("Listening")

  @Test(
    "serves one debugger after the other without its files", arguments: await Machine.attachable)
  func servesWithoutItsFiles(_ column: Machine.Named) async throws {
    try await Machine.turnstile.pass {
      let program = try RunningProgram(
        Self.folder.appending("program.py"), on: column.interpreter.path)
      let place = try await listen(program.pid)
      let driven = try await Subprocess.run(
        .path(column.interpreter.path),
        arguments: [
          Self.folder.appending("drive.py").string, place.port, "secret", program.script.string,
        ],
        environment: .inherit.updating(["PYTHONDONTWRITEBYTECODE": "1"]),
        output: .string(limit: 1 << 16), error: .string(limit: 1 << 16))
      #expect(driven.standardOutput == "driven\n", "\(driven.standardError)")
      #expect(try program.rest() == "end True\n")
    }
  }

  @Test("says what went wrong where it cannot listen, and leaves the program as it was")
  func cannotListen() async throws {
    for column in await Machine.ends {
      let program = try RunningProgram(
        Self.folder.appending("program.py"), on: column.interpreter.path)
      let place = try await listen(program.pid)
      let again = try await attach([
        "\(program.pid)", "--listen", place.port,
      ])
      #expect(again.status == .exited(10))
      #expect(again.errors.contains("Address already in use"), "\(again.errors)")
      #expect(program.isRunning)
    }
  }

  private struct Place: Decodable {
    struct Listening: Decodable {
      var endpoint: String
      var secret: String
    }
    var listening: Listening

    var port: String { String(listening.endpoint.split(separator: ":")[1]) }
  }

  private func listen(_ pid: Int32) async throws -> Place {
    let run = try await attach([
      "\(pid)", "--listen", "0", "--format", "json",
    ])
    #expect(run.status == .exited(0), "\(run.errors)")
    return try JSONDecoder().decode(Place.self, from: Data(run.output.utf8))
  }

  private func attach(
    _ arguments: [String]
  ) async throws -> (status: TerminationStatus, output: String, errors: String) {
    let run = try await Subprocess.run(
      .path(Machine.products.appending("matrix")), arguments: Arguments(["attach"] + arguments),
      environment: .inherit.updating(["MATRIX_SECRET": "secret"]),
      output: .string(limit: 1 << 16), error: .string(limit: 1 << 16))
    return (run.terminationStatus, run.standardOutput, run.standardError)
  }
}

/// A program that has said that it is ready, and ends with its last reference.
private final class RunningProgram {
  struct NotReady: Error {
    var said: String
  }

  let script: FilePath
  private let process: ChildProcess

  var pid: Int32 { process.pid }
  var isRunning: Bool { process.isRunning }

  init(_ script: FilePath, on python: FilePath) throws {
    self.script = script
    process = try ChildProcess(python.string, [script.string])
    let said = try process.read(6)
    guard said == "ready\n" else { throw NotReady(said: said) }
  }

  /// What it says until its end, for which it has ten seconds.
  func rest() throws -> String {
    try process.rest(within: .seconds(10))
  }
}
