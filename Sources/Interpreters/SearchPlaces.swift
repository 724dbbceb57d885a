import SystemPackage

/// Folders in which one installer or convention puts executables.
struct SearchPlace {
  var source: Interpreter.Source
  /// Patterns as ``FileSystem/folders(_:)`` reads them.
  var patterns: [FilePath]
  /// Names to look for besides those that tell a series, such as `python3.12`.
  var plainNames: [String] = []
}

extension SearchEnvironment {
  /// Every place, those of an installer first, so that a build on PATH keeps its installer's name.
  var places: [SearchPlace] {
    let data = folder("XDG_DATA_HOME", orBelowHome: ".local/share")
    let pyenv = folder("PYENV_ROOT", orBelowHome: ".pyenv")
    let asdf = folder("ASDF_DATA_DIR", orBelowHome: ".asdf")
    let mise = value("MISE_DATA_DIR").map { absolute(FilePath($0)) } ?? data.appending("mise")
    let uv = [data.appending("uv/python")] + (path("UV_PYTHON_INSTALL_DIR").map { [$0] } ?? [])
    return [
      SearchPlace(source: .pyenv, patterns: [pyenv.appending("versions/*/bin")]),
      SearchPlace(source: .uv, patterns: uv.reversed().map { $0.appending("*/bin") }),
      SearchPlace(source: .asdf, patterns: [asdf.appending("installs/python/*/bin")]),
      SearchPlace(source: .mise, patterns: [mise.appending("installs/python/*/bin")]),
      SearchPlace(source: .conda, patterns: condaFolders.map { $0.appending("bin") }),
      SearchPlace(
        source: .cache,
        patterns: ["bin", "usr/bin"].map { cacheFolder.appending("pythons/*").appending($0) }),
      SearchPlace(source: .system, patterns: systemFolders),
      SearchPlace(source: .path, patterns: searchPath, plainNames: ["python3", "python"]),
    ]
  }

  private func path(_ name: String) -> FilePath? { value(name).map { absolute(FilePath($0)) } }

  /// An empty entry means the working directory to a shell; it is left out here.
  private var searchPath: [FilePath] {
    (value("PATH") ?? "").split(separator: ":").map { absolute(FilePath(String($0))) }
  }

  /// Debian and Fedora, builds from source, Docker images, manylinux.
  private var systemFolders: [FilePath] {
    [
      "usr/bin", "usr/local/bin", "opt/python*/bin", "opt/python/*/bin",
    ].map { root.appending($0) }
  }

  /// What conda noted itself, then the folders that its installers propose, with what is below.
  private var condaFolders: [FilePath] {
    let noted = FileSystem.text(home.appending(".conda/environments.txt")) ?? ""
    let named = ["CONDA_PREFIX", "MAMBA_ROOT_PREFIX"].compactMap(path)
    let names = ["miniconda3", "anaconda3", "miniforge3", "mambaforge", "micromamba"]
    let usual =
      names.map { home.appending($0) }
      + (["conda"] + names).map { root.appending("opt").appending($0) }
    return noted.split(whereSeparator: \.isNewline).map { absolute(FilePath(String($0))) }
      + (named + usual).flatMap { [$0, $0.appending("envs/*")] }
      + [home.appending(".conda/envs/*")]
  }
}
