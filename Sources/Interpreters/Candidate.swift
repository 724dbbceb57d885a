import CPython
import SystemPackage

/// An executable that may be an interpreter, before it was asked.
struct Candidate {
  var path: FilePath
  var realPath: FilePath
  var source: Interpreter.Source
  var identity: FileSystem.Identity
  var aliases: Set<FilePath>
}

/// Gathers candidates, each file once, and what was turned away before it was asked.
struct CandidateList {
  private(set) var candidates: [Candidate] = []
  private(set) var rejected: [Discovery.Rejected] = []
  private var positions: [FileSystem.FileNumber: Int] = [:]
  private let environment: SearchEnvironment

  init(_ environment: SearchEnvironment) { self.environment = environment }

  mutating func add(_ place: SearchPlace) {
    for folder in place.patterns.flatMap(FileSystem.folders) {
      // Its manager's installations are looked at one by one.
      if folder.lastComponent?.string == "shims" { continue }
      for path in Self.executables(in: folder, plainNames: place.plainNames) {
        add(path, place.source, alias: path)
      }
    }
  }

  /// - Parameter written: an executable, a shim, a virtual environment or an installation.
  mutating func add(explicit written: FilePath) {
    let path = environment.absolute(written)
    guard FileSystem.identity(path) != nil else {
      return reject(written, .explicit, "there is no such file")
    }
    guard FileSystem.isFolder(path) else { return add(path, .explicit, alias: written) }
    let folders = [path.appending("bin"), path.appending("usr/bin"), path]
    let executables = folders.lazy.map { folder in
      let named = Self.executables(in: folder, plainNames: [])
      return named.isEmpty
        ? Self.executables(in: folder, plainNames: ["python3", "python"]) : named
    }
    guard let executables = executables.first(where: { !$0.isEmpty }) else {
      return reject(written, .explicit, "there is no Python 3 executable in this folder")
    }
    for executable in executables { add(executable, .explicit, alias: written) }
  }

  private mutating func add(_ found: FilePath, _ source: Interpreter.Source, alias: FilePath) {
    var path = found
    if let shim = Shim(path) {
      guard let target = shim.target(environment) else {
        return reject(
          alias, source, "it is a shim, and no version that is installed is chosen for it here")
      }
      path = target
    }
    if let virtual = VirtualEnvironment(executable: path) {
      guard let base = virtual.base(of: path) else {
        return reject(alias, source, "the interpreter of this virtual environment is gone")
      }
      path = base
    }
    guard let realPath = FileSystem.realPath(path), let identity = FileSystem.identity(realPath)
    else { return reject(alias, source, "it is a symbolic link to nothing") }
    guard FileSystem.isExecutableFile(realPath) else {
      return reject(alias, source, "it is not an executable file")
    }
    // Not worth asking; and an answer would be an error message.
    if realPath.lastComponent?.string.hasPrefix("python2") == true {
      return reject(alias, source, "it is Python 2")
    }
    let aliases: Set = [alias, found, path]
    if let position = positions[identity.number] {
      candidates[position].aliases.formUnion(aliases)
    } else {
      positions[identity.number] = candidates.count
      candidates.append(
        Candidate(
          path: path, realPath: realPath, source: source, identity: identity, aliases: aliases))
    }
  }

  private mutating func reject(_ path: FilePath, _ source: Interpreter.Source, _ reason: String) {
    rejected.append(.init(path: path, source: source, reason: reason))
  }

  /// Those whose name tells a series, the plainest name first, then the plain names.
  private static func executables(in folder: FilePath, plainNames: [String]) -> [FilePath] {
    let names = FileSystem.names(in: folder)
    let telling = names.filter { ModuleName($0)?.kind == .executable }
      .sorted { ($0.count, $0) < ($1.count, $1) }
    return (telling + plainNames.filter(names.contains)).map { folder.appending($0) }
  }
}
