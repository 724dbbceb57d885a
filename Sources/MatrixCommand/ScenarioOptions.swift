import ArgumentParser
import Harness
import Matrix
import SystemPackage

/// The options that choose scenarios, the same in every command.
struct ScenarioOptions: ParsableArguments {
  @Option(
    name: .customLong("scenarios"), parsing: .upToNextOption,
    help: ArgumentHelp(
      "Scenarios to run, by name: 'stepping/*', over_yield. All of them by default.",
      valueName: "glob"),
    completion: .custom { _, _, _ in Self.completions })
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

  /// - Throws: `ExitCode` after it has printed which patterns select nothing.
  func requireSelection(from library: [Scenario]) throws {
    let names = library.map(\.name)
    let idle = patterns.filter { pattern in !names.contains(where: pattern.matches) }
    guard !idle.isEmpty else { return }
    for pattern in idle {
      let near = pattern.suggestions(among: names)
      let hint =
        near.isEmpty
        ? "'matrix list scenarios' shows them all"
        : "did you mean \(near.joined(separator: " or "))?"
      Message.write("error: no scenario is named '\(pattern.pattern)'; \(hint)")
    }
    throw ExitStatus.nothingSelected.code
  }

  /// Names and groups of the scenarios that travel with the program.
  private static var completions: [String] {
    let scenarios = (try? ScenarioLibrary.embedded()) ?? []
    return Set(scenarios.map { "\($0.group)/*" }).sorted() + scenarios.map(\.name)
  }
}
