import CPython
import Interpreters
import SystemPackage

/// An interpreter in the words of `matrix list interpreters --format json`, as far as a report
/// needs them.
struct WireInterpreter: Codable {
  struct VersionParts: Codable {
    var major: Int
    var minor: Int
    var patch: Int
  }

  var version: String
  var versionParts: VersionParts
  var abiFlags: String
  /// `static` or `shared`
  var linkage: String
  var library: String?
  var libc: String
  var arch: String
  var os: String
  var path: String
  var realPath: String
  var prefix: String
  var source: String
  var remoteDebugging: String
}

extension WireInterpreter {
  init(_ interpreter: Interpreter) {
    version = interpreter.version.description
    versionParts = VersionParts(
      major: interpreter.version.major, minor: interpreter.version.minor,
      patch: interpreter.version.micro)
    abiFlags = interpreter.abiFlags.description
    switch interpreter.linkage {
    case .static: linkage = "static"
    case .shared(let path):
      linkage = "shared"
      library = path?.string
    }
    libc = interpreter.libc.rawValue
    arch = interpreter.architecture
    os = interpreter.operatingSystem
    path = interpreter.path.string
    realPath = interpreter.realPath.string
    prefix = interpreter.prefix.string
    source = interpreter.source.rawValue
    remoteDebugging = interpreter.remoteDebugging.rawValue
  }

  func interpreter() throws -> Interpreter {
    let linkage: Interpreter.Linkage =
      switch linkage {
      case "static": .static
      case "shared": .shared(library: library.map { FilePath($0) })
      default: throw RunReadError.Cause.value(key: "linkage", value: linkage)
      }
    return Interpreter(
      version: try parsedVersion(), abiFlags: try parsedFlags(), linkage: linkage,
      libc: try known(libc, "libc"), architecture: arch, operatingSystem: os,
      path: FilePath(path), realPath: FilePath(realPath), prefix: FilePath(prefix),
      source: try known(source, "source"),
      remoteDebugging: try known(remoteDebugging, "remote_debugging"))
  }

  /// The parts, and what follows the patch in the text: nothing, `a1`, `b2`, `rc3`.
  private func parsedVersion() throws -> PythonVersion {
    let parts = versionParts
    let release = "\(parts.major).\(parts.minor).\(parts.patch)"
    let levels: [(String, PythonVersion.ReleaseLevel)] = [
      ("", .final), ("a", .alpha), ("b", .beta), ("rc", .candidate),
    ]
    for (letters, level) in levels where version.hasPrefix(release + letters) {
      let serial = version.dropFirst(release.utf8.count + letters.utf8.count)
      guard let number = level == .final ? (serial.isEmpty ? 0 : nil) : Int(serial) else {
        continue
      }
      return PythonVersion(
        parts.major, parts.minor, parts.patch, releaseLevel: level, serial: number)
    }
    throw RunReadError.Cause.value(key: "version", value: version)
  }

  private func parsedFlags() throws -> ABIFlags {
    var flags: ABIFlags = []
    for letter in abiFlags {
      switch letter {
      case "t": flags.insert(.freeThreaded)
      case "d": flags.insert(.debug)
      case "m": flags.insert(.pymalloc)
      default: throw RunReadError.Cause.value(key: "abi_flags", value: abiFlags)
      }
    }
    return flags
  }
}
