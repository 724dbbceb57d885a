import ArgumentParser
import Attach
import TargetProcess

/// `matrix measure-write`, for `scripts/bench-safe-attach`.
struct MeasureCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "measure-write",
    abstract: "Measure how long it takes to find where to write a request, and to write it.",
    shouldDisplay: false)

  @Argument var pid: Int32
  @Argument(help: "A script for the target, should it look meanwhile.")
  var script: String
  @Option var rounds = 1000
  @Flag(help: "Use what the round before has found.")
  var cached = false
  @Option(help: "How to print: text, a number of nanoseconds a line; or json.")
  var format: AttachCommand.Format = .text

  private struct Document: Encodable {
    let schema = 1
    var pid: Int32
    /// How long each round took.
    var nanoseconds: [Int64]
    var failure: String?
  }

  func run() async throws {
    let measurement = SafeMeasurement(
      process: LiveProcess(pid: pid), script: script, usesCache: cached)
    let (times, failure) = await measurement.run(rounds: rounds)
    let nanoseconds = times.map { time in
      let (seconds, fraction) = time.components
      return seconds * 1_000_000_000 + fraction / 1_000_000_000
    }
    switch format {
    case .text: for number in nanoseconds { print(number) }
    case .json:
      print(
        try CommandDocument.text(
          Document(pid: pid, nanoseconds: nanoseconds, failure: failure)))
    }
    if let failure {
      Message.write("error: \(failure)")
      throw ExitCode(1)
    }
  }
}
