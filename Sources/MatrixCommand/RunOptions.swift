public import ArgumentParser
import FoundationEssentials
import Harness
public import Matrix
import SystemPackage

/// The options of `matrix run` beside the choice of cells.
struct RunOptions: ParsableArguments {
  /// How many cells run at the same time.
  enum Jobs: ExpressibleByArgument {
    case auto
    case number(Int)

    init?(argument: String) {
      if argument == "auto" {
        self = .auto
      } else if let number = Int(argument), number > 0 {
        self = .number(number)
      } else {
        return nil
      }
    }

    var count: Int {
      switch self {
      case .auto: ProcessInfo.processInfo.activeProcessorCount
      case .number(let number): number
      }
    }
  }

  /// What to do about interpreters that were asked for and are not here.
  enum Missing: String, ExpressibleByArgument, CaseIterable {
    case skip, fail
  }

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("Cells to run at the same time; auto: one a core.", valueName: "n|auto"))
  var jobs: Jobs = .auto

  @Option(
    name: .customLong("timeout"),
    help: ArgumentHelp("Seconds for one cell, unless its scenario says.", valueName: "s"))
  private var seconds = "20"

  @Flag(help: "End at the first result that is not as expected.")
  var failFast = false

  @Option(
    name: .customLong("output"),
    help: ArgumentHelp(
      "Folder for report.html, report.md, report.json and events.jsonl.", valueName: "dir"),
    completion: .directory)
  private var folder: String?

  @Option(
    name: .customLong("missing"),
    help: ArgumentHelp(
      "Whether an interpreter that was asked for and is not here is left out (skip) or makes the "
        + "exit code 5 (fail). By default fail if CI is set or none of them is here, else skip.",
      valueName: "skip|fail"))
  private var missingChoice: Missing?

  @Option(help: "Colours on the terminal: auto, always or never.")
  var color: ColorChoice = .auto

  /// ``validate()`` has looked at what was given.
  var timeout: Duration { CellTimeout.parse(seconds) ?? .seconds(20) }
  var output: FilePath? { folder.map { FilePath($0) } }

  /// - Parameter hasRun: whether a cell ran. A run of nothing at all is left out only by choice.
  func missing(hasRun: Bool) -> Missing {
    if let missingChoice { return missingChoice }
    let isContinuousIntegration =
      ProcessInfo.processInfo.environment["CI"].map { !["", "0", "false"].contains($0) } ?? false
    return isContinuousIntegration || !hasRun ? .fail : .skip
  }

  func validate() throws {
    guard CellTimeout.parse(seconds) != nil else {
      throw ValidationError("--timeout must be \(CellTimeout.expectation), not '\(seconds)'")
    }
    if folder?.isEmpty == true {
      throw ValidationError("--output must name a folder; '.' is the working directory")
    }
  }
}

extension ColorChoice: ExpressibleByArgument {}
