import SystemPackage

/// A stand-in that pyenv, asdf or mise put on PATH. It is resolved as its manager would, never run:
/// running it may ask for an installation, and takes longer than the interpreter itself.
struct Shim {
  /// Where a manager keeps things and how it chooses.
  private struct Manager {
    var source: Interpreter.Source
    /// Below the folder that holds `shims`.
    var installations: String
    var variable: String
    /// Files that choose, looked for from the working directory upward.
    var files: [String]
    /// A file that chooses where none of those does, below the manager's folder.
    var global: String?
  }

  private static let managers = [
    Manager(
      source: .pyenv, installations: "versions", variable: "PYENV_VERSION",
      files: [".python-version"], global: "version"),
    Manager(
      source: .asdf, installations: "installs/python", variable: "ASDF_PYTHON_VERSION",
      files: [".tool-versions"]),
    Manager(
      source: .mise, installations: "installs/python", variable: "MISE_PYTHON_VERSION",
      files: [".tool-versions", ".python-version"]),
  ]

  private var path: FilePath
  private var root: FilePath

  /// Nil when the path is no shim: not in a folder of that name.
  init?(_ path: FilePath) {
    let folder = path.removingLastComponent()
    guard folder.lastComponent?.string == "shims" else { return nil }
    self.path = path
    root = folder.removingLastComponent()
  }

  /// The executable of the version that is chosen here and now.
  func target(_ environment: SearchEnvironment) -> FilePath? {
    guard let name = path.lastComponent else { return nil }
    for manager in Self.managers {
      let installations = root.appending(manager.installations)
      guard FileSystem.isFolder(installations) else { continue }
      for version in chosen(manager, environment) {
        for folder in matching(version, in: installations) {
          let target = folder.appending("bin").appending(name)
          if FileSystem.isExecutableFile(target) { return target }
        }
      }
    }
    return nil
  }

  /// The versions that the first thing which chooses names, best first.
  private func chosen(_ manager: Manager, _ environment: SearchEnvironment) -> [String] {
    if let value = environment.value(manager.variable) {
      return value.split { $0 == ":" || $0 == " " }.map(String.init)
    }
    var folder = environment.workingDirectory
    var folders = [folder]
    while folder.removeLastComponent() { folders.append(folder) }
    let local = (folders + [environment.home]).flatMap { folder in
      manager.files.map { folder.appending($0) }
    }
    for file in local + (manager.global.map { [root.appending($0)] } ?? []) {
      guard let text = FileSystem.text(file) else { continue }
      let versions = Self.versions(text, tools: file.lastComponent?.string == ".tool-versions")
      if !versions.isEmpty { return versions }
    }
    return []
  }

  /// A version to a word, or after the word `python` in a file that names several tools.
  private static func versions(_ text: String, tools: Bool) -> [String] {
    text.split(whereSeparator: \.isNewline).flatMap { line -> [String] in
      let line = line.prefix { $0 != "#" }
      let words = line.split(whereSeparator: \.isWhitespace).map(String.init)
      guard tools else { return words }
      return words.first == "python" ? Array(words.dropFirst()) : []
    }
  }

  /// The installation of that name, or the newest whose name goes on from there: `3.12`, `3.12.1`.
  private func matching(_ version: String, in installations: FilePath) -> [FilePath] {
    let names = FileSystem.names(in: installations)
    if names.contains(version) { return [installations.appending(version)] }
    let micro = { (name: String) in Int(name.dropFirst(version.count + 1)) }
    return names.filter { $0.hasPrefix(version + ".") && micro($0) != nil }
      .sorted { (micro($0) ?? 0) > (micro($1) ?? 0) }
      .map { installations.appending($0) }
  }
}
