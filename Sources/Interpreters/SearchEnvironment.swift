import FoundationEssentials
public import SystemPackage

/// What a search depends on besides the disk, so that a test can give it another world.
public struct SearchEnvironment: Sendable {
  /// Environment variables by name.
  public var variables: [String: String]
  public var home: FilePath
  /// What relative paths are relative to.
  public var workingDirectory: FilePath
  /// What the system's own folders (`/usr/bin` and so on) are below.
  public var root: FilePath

  public init(
    variables: [String: String], home: FilePath, workingDirectory: FilePath, root: FilePath = "/"
  ) {
    self.variables = variables
    self.home = home
    self.workingDirectory = workingDirectory
    self.root = root
  }

  /// That of this process.
  public static func current() -> SearchEnvironment {
    let variables = ProcessInfo.processInfo.environment
    let home = variables["HOME"].flatMap { $0.isEmpty ? nil : $0 }
    return SearchEnvironment(
      variables: variables,
      home: FilePath(home ?? FileManager.default.homeDirectoryForCurrentUser.path),
      workingDirectory: FilePath(FileManager.default.currentDirectoryPath))
  }

  /// The value of a variable that is set to something.
  func value(_ name: String) -> String? {
    variables[name].flatMap { $0.isEmpty ? nil : $0 }
  }

  /// The folder that a variable names, or one below the home folder.
  func folder(_ name: String, orBelowHome fallback: String) -> FilePath {
    value(name).map { absolute(FilePath($0)) } ?? home.appending(fallback)
  }

  /// The path with `~` and the working directory filled in and `.` and `..` taken out.
  func absolute(_ path: FilePath) -> FilePath {
    let text = path.string
    if text == "~" { return home }
    let whole =
      text.hasPrefix("~/")
      ? home.appending(String(text.dropFirst(2))) : workingDirectory.pushing(path)
    return whole.lexicallyNormalized()
  }

  /// Where the project keeps what it can get again: `$MATRIX_CACHE`, or `matrix` in
  /// `$XDG_CACHE_HOME` or `~/.cache`.
  public var cacheFolder: FilePath {
    value("MATRIX_CACHE").map { absolute(FilePath($0)) }
      ?? folder("XDG_CACHE_HOME", orBelowHome: ".cache").appending("matrix")
  }
}
