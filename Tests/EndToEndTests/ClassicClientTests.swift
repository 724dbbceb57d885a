import CPython
import Foundation
import Harness
import Interpreters
import Subprocess
import SystemPackage
import Testing

/// The agent's own tests, in Python: a classic client drives the launcher over TCP.
@Suite("The agent and a classic client")
struct ClassicClientTests {
  private static let root = Machine.testSources.removingLastComponent().removingLastComponent()

  @Test("agree on the protocol", arguments: await Machine.interpreters)
  func agreeOnTheProtocol(_ column: Machine.Named) async throws {
    try await Machine.wideTurnstile.pass {
      // Longer than ever seen: what never ends is told, with where it was, and ended.
      let program =
        "import faulthandler as f; f.dump_traceback_later(900, exit=True)\n"
        + "import unittest; unittest.main(module=None)"
      let run = try await Subprocess.run(
        .path(column.interpreter.path),
        arguments: ["-c", program, "discover", "-s", "Tests/Agent"],
        // The agent is compiled once, and nothing is written beside its sources.
        environment: .inherit.updating([
          "PYTHONDONTWRITEBYTECODE": column.interpreter.version.minor < 8 ? "1" : nil,
          "PYTHONPYCACHEPREFIX": Machine.products.appending("pycache").string,
        ]),
        workingDirectory: Self.root, output: .string(limit: 1 << 20),
        error: .string(limit: 1 << 20))
      let report = run.standardError
      #expect(run.terminationStatus == .exited(0), "\(report)")
      // A suite that found no tests has not passed.
      #expect(report.contains(/Ran [1-9][0-9]* tests? in/), "\(report)")
    }
  }
}
