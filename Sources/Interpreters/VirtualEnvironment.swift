import SystemPackage

/// A virtual environment (PEP 405): a folder with a `pyvenv.cfg`, whose executable stands in for
/// another one.
struct VirtualEnvironment {
  var folder: FilePath

  init?(folder: FilePath) {
    guard FileSystem.identity(folder.appending("pyvenv.cfg")) != nil else { return nil }
    self.folder = folder
  }

  /// The environment that an executable belongs to.
  init?(executable: FilePath) {
    self.init(folder: executable.removingLastComponent().removingLastComponent())
  }

  /// The executable that it was made from; nil when that is gone.
  ///
  /// Python 3.11 and later, and virtualenv, note it; otherwise the link leads there; a copy has
  /// only `home`, the folder of the original.
  func base(of executable: FilePath) -> FilePath? {
    let settings = settings
    let real = FileSystem.realPath(executable)
    var choices = [settings["executable"], settings["base-executable"]].compactMap { $0 }
      .map { FilePath($0) }
    if let real, let inside = FileSystem.realPath(folder), !real.starts(with: inside) {
      choices.append(real)
    }
    if let home = settings["home"].map({ FilePath($0) }) {
      let names = [executable.lastComponent?.string, "python3", "python"].compactMap { $0 }
      choices += names.map { home.appending($0) }
    }
    return choices.lazy.filter(FileSystem.isExecutableFile).compactMap(FileSystem.realPath).first
  }

  /// Lines of the form `key = value`.
  private var settings: [String: String] {
    let text = FileSystem.text(folder.appending("pyvenv.cfg")) ?? ""
    let pairs = text.split(whereSeparator: \.isNewline).compactMap { line in
      let fields = line.split(separator: "=", maxSplits: 1)
      return fields.count == 2
        ? (fields[0].trimmingSpaces.lowercased(), fields[1].trimmingSpaces) : nil
    }
    return Dictionary(pairs) { _, last in last }
  }
}
