public import Harness
public import SystemPackage

/// Where scenarios come from.
public enum ScenarioLibrary {
  /// Why a folder's scenarios cannot be used.
  public enum Failure: Error, CustomStringConvertible {
    case unreadable(FilePath, Errno)
    case mistakes([ScenarioDiagnostic])
    case duplicate(name: String, FilePath)
    case empty(FilePath)

    public var description: String {
      switch self {
      case .unreadable(let path, let errno): "could not read \(path): \(errno)"
      case .mistakes(let mistakes): mistakes.map(\.description).joined(separator: "\n")
      case .duplicate(let name, let path):
        "\(path): a scenario named \(name) travels with matrix already; rename the file"
      case .empty(let path): "there is no scenario in \(path): no file below it ends in .py"
      }
    }
  }

  /// The scenarios inside this program, by name.
  ///
  /// - Throws: ``Failure/mistakes(_:)``, which a test makes sure cannot happen in a release.
  public static func embedded() throws(Failure) -> [Scenario] {
    try parse(
      EmbeddedFiles.scenarios.map { Scenario.File(path: $0.path, text: $0.text) },
      display: { "scenarios/\($0)" })
  }

  /// The scenarios below a folder, by name.
  public static func scenarios(in folder: FilePath) throws(Failure) -> [Scenario] {
    var files: [Scenario.File] = []
    for path in try PythonFiles.paths(below: folder) {
      files.append(
        Scenario.File(path: path, text: try PythonFiles.text(of: folder.appending(path))))
    }
    return try parse(files, display: { folder.appending($0).string })
  }

  /// The embedded ones and those of a folder of the user's, by name.
  public static func all(adding folder: FilePath?) throws(Failure) -> [Scenario] {
    let embedded = try embedded()
    guard let folder else { return embedded }
    let added = try scenarios(in: folder)
    guard !added.isEmpty else { throw .empty(folder) }
    let names = Set(embedded.map(\.name))
    if let clash = added.first(where: { names.contains($0.name) }) {
      throw .duplicate(name: clash.name, folder.appending("\(clash.name).py"))
    }
    return (embedded + added).sorted { $0.name < $1.name }
  }

  /// - Parameter files: with paths below the scenarios' folder.
  private static func parse(
    _ files: [Scenario.File], display: (String) -> String
  ) throws(Failure) -> [Scenario] {
    let companions = files.filter { $0.path.contains(".d/") }
    var scenarios: [Scenario] = []
    var mistakes: [ScenarioDiagnostic] = []
    for file in files where file.path.hasSuffix(".py") && !file.path.contains(".d/") {
      let name = String(file.path.dropLast(3))
      let prefix = "\(name).d/"
      do throws(ScenarioDiagnostics) {
        scenarios.append(
          try Scenario.parse(
            name: name, display: display(file.path), text: file.text,
            companions: companions.filter { $0.path.hasPrefix(prefix) }.map {
              Scenario.File(path: String($0.path.dropFirst(prefix.count)), text: $0.text)
            }))
      } catch {
        mistakes += error.mistakes
      }
    }
    guard mistakes.isEmpty else { throw .mistakes(mistakes) }
    return scenarios.sorted { $0.name < $1.name }
  }
}
