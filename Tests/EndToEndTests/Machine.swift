import CPython
import Foundation
import Harness
import Interpreters
import Matrix
import SystemPackage
import Testing

/// The interpreters of this machine, as the tests use them.
enum Machine {
  /// What was asked for with `MATRIX_VERSIONS`, so that a job for each version is one line.
  static let requests: [InterpreterRequest] = {
    let asked = ProcessInfo.processInfo.environment["MATRIX_VERSIONS"] ?? "all"
    do {
      return try InterpreterRequest.parseList(asked)
    } catch {
      Issue.record("MATRIX_VERSIONS: \(error)")
      return []
    }
  }()

  /// One interpreter of the table, with its column's name.
  struct Named: Sendable, CustomTestStringConvertible {
    var label: String
    var interpreter: Interpreter

    var testDescription: String { label }
  }

  private static let discovery = Task {
    let resolution = await InterpreterFinder().find(for: requests).resolve(requests)
    return zip(uniqueLabels(resolution.interpreters), resolution.interpreters).map {
      Named(label: $0, interpreter: $1)
    }
  }

  static var interpreters: [Named] { get async { await discovery.value } }

  /// The oldest and the newest: the two execution controls, where both are there.
  static var ends: [Named] {
    get async {
      let all = await interpreters
      return [all.first, all.count > 1 ? all.last : nil].compactMap { $0 }
    }
  }

  /// Where the products of this build are.
  static let products = FilePath(ProcessInfo.processInfo.arguments[0]).removingLastComponent()

  static let testSources = FilePath(#filePath).removingLastComponent()

  /// Lets as many through at a time as there are cores, so that a deadline means what it says.
  static let turnstile = Turnstile(width: max(2, ProcessInfo.processInfo.activeProcessorCount))

  /// For what waits more than it computes.
  static let wideTurnstile = Turnstile(
    width: 2 * max(2, ProcessInfo.processInfo.activeProcessorCount))
}

/// A counting semaphore for tasks.
actor Turnstile {
  private var free: Int
  private var waiting: [CheckedContinuation<Void, Never>] = []

  init(width: Int) { free = width }

  func pass<Result>(
    isolation: isolated (any Actor)? = #isolation, _ body: () async throws -> Result
  ) async rethrows -> Result {
    await enter()
    do {
      let result = try await body()
      await leave()
      return result
    } catch {
      await leave()
      throw error
    }
  }

  private func enter() async {
    if free > 0 {
      free -= 1
    } else {
      await withCheckedContinuation { waiting.append($0) }
    }
  }

  private func leave() {
    if waiting.isEmpty { free += 1 } else { waiting.removeFirst().resume() }
  }
}

/// Runs a body with a folder that is gone afterwards.
func withTemporaryDirectory<Result>(_ body: (TemporaryDirectory) async throws -> Result)
  async throws -> Result
{
  let scratch = try TemporaryDirectory()
  defer { scratch.remove() }
  return try await body(scratch)
}

/// The outcome of one cell in a run of its own.
func outcome(
  of scenario: Scenario, on interpreter: Interpreter,
  configuration: CellConfiguration = CellConfiguration(),
  timeout: Duration = .seconds(30)
) async throws -> CellOutcome {
  try await Machine.turnstile.pass {
    let run = try RunDirectory()
    defer { run.remove() }
    return try await CellRunner(in: run, timeout: timeout).run(
      scenario, on: interpreter, configuration: configuration)
  }
}
