import ArgumentParser
import Harness
import Matrix
import SystemPackage

/// The options that choose scenarios, the same in every command.
struct ScenarioOptions: ParsableArguments {
  @Option(
    name: .customLong("scenarios"), parsing: .upToNextOption,
    help: ArgumentHelp(
      "Scenarios to run, by name: 'stepping/*', over_recursion. All of them by default.",
      valueName: "glob"))
  private var globs: [String] = []

  @Option(
    name: .customLong("scenarios-from"),
    help: ArgumentHelp("A folder with scenarios of your own.", valueName: "dir"))
  private var folder: String?

  /// Everything there is, before ``patterns`` choose.
  ///
  /// - Throws: `ExitCode` after it has printed what is wrong.
  func library() throws -> [Scenario] {
    do {
      return try ScenarioLibrary.all(adding: folder.map { FilePath($0) })
    } catch {
      Message.write("error: \(error)")
      throw ExitStatus.usage.code
    }
  }

  var patterns: [Glob] { globs.map(Glob.init) }

  /// - Throws: `ExitCode` after it has printed that nothing was selected.
  func requireSelection(_ plan: Plan) throws {
    guard plan.scenarios.isEmpty else { return }
    let asked = globs.map { "'\($0)'" }.joined(separator: " or ")
    Message.write("error: no scenario is named \(asked); 'matrix list scenarios' shows them all")
    throw ExitStatus.nothingSelected.code
  }
}
