import CPython
import SystemPackage

/// What the probe prints, as it is on the wire and in the cache.
struct ProbeAnswer: Hashable, Codable {
  var version: [Int]
  var level: String
  var serial: Int
  var implementation: String
  var pymalloc: Bool
  var freeThreaded: Bool
  var debug: Bool
  var shared: Bool
  var library: String?
  var libc: String
  var machine: String
  var system: String
  var executable: String
  var prefix: String
  var remoteDebug: Bool

  private enum CodingKeys: String, CodingKey {
    case version, level, serial, implementation, pymalloc, debug, shared, library, libc, machine
    case system, executable, prefix
    case freeThreaded = "free_threaded"
    case remoteDebug = "remote_debug"
  }
}

extension ProbeAnswer {
  /// Why the answer describes nothing to be used.
  struct Unusable: Error, Equatable {
    /// A sentence.
    var reason: String
  }

  /// The record of the interpreter that answered.
  func interpreter(_ candidate: Candidate) throws(Unusable) -> Interpreter {
    guard implementation == "cpython" else {
      throw Unusable(reason: "it is not CPython but \(implementation)")
    }
    guard version.count == 3, let level = PythonVersion.ReleaseLevel(rawValue: level) else {
      throw Unusable(reason: "its version is not understood")
    }
    let version = PythonVersion(
      version[0], version[1], version[2], releaseLevel: level, serial: serial)
    let supported = PythonSeries.supported
    guard supported.contains(version.series) else {
      throw Unusable(
        reason: "it is \(version); "
          + "the known versions are \(supported.lowerBound) to \(supported.upperBound)")
    }
    return Interpreter(
      version: version, abiFlags: abiFlags, linkage: linkage,
      libc: Interpreter.LibC(rawValue: libc) ?? .none, architecture: machine,
      operatingSystem: system, path: candidate.path,
      realPath: realPath(candidate), prefix: FilePath(prefix), source: candidate.source,
      remoteDebugging: remoteDebugging(version), aliases: candidate.aliases)
  }

  private var abiFlags: ABIFlags {
    var flags: ABIFlags = []
    if freeThreaded { flags.insert(.freeThreaded) }
    if debug { flags.insert(.debug) }
    if pymalloc { flags.insert(.pymalloc) }
    return flags
  }

  private var linkage: Interpreter.Linkage {
    shared ? .shared(library: library.map { FilePath($0) }) : .static
  }

  /// A script that starts an interpreter stands for what it starts.
  private func realPath(_ candidate: Candidate) -> FilePath {
    let executable = FilePath(executable)
    guard FileSystem.isScript(candidate.realPath), FileSystem.isExecutableFile(executable),
      ModuleName(executable.string)?.kind == .executable
    else { return candidate.realPath }
    return executable
  }

  private func remoteDebugging(_ version: PythonVersion) -> Interpreter.RemoteDebugging {
    if version.series < PythonSeries(3, 14) { return .unsupported }
    return remoteDebug ? .supported : .disabled
  }
}
