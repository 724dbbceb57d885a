import ArgumentParser
import CPython
import Interpreters

/// The option that chooses interpreters, the same in every command.
struct VersionOptions: ParsableArguments {
  @Option(
    name: .customLong("versions"),
    help: ArgumentHelp(
      "Interpreters to use: 3.12, 3.12.1, 3.13t, 3.14d, '>=3.12,<3.15', 3.9..3.12, a path, all.",
      discussion: "May be repeated, and may be a list with commas. All are used by default.",
      valueName: "requests"),
    completion: .list(Self.completions))
  private var versions: [String] = []

  /// Every series, those with a free-threaded build, and all.
  private static let completions =
    PythonSeries.allSupported.map(\.description)
    + PythonSeries.allSupported.filter { $0 >= PythonSeries(3, 13) }.map { "\($0)t" } + ["all"]

  /// What was asked for; ``InterpreterRequest/all`` if nothing was.
  var requests: [InterpreterRequest] {
    get throws {
      let requests = try versions.flatMap(InterpreterRequest.parseList)
      return requests.isEmpty ? [.all] : requests
    }
  }

  /// - Throws: `ValidationError`, with which the command exits with 64.
  func validate() throws {
    do {
      _ = try requests
    } catch let error as InterpreterRequest.ParseError {
      throw ValidationError(error.description)
    }
  }
}
