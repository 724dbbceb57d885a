import CPython
import Interpreters
import SystemPackage

/// An interpreter in the words of `matrix list interpreters --format json`, as far as a report
/// needs them.
struct EncodedBuild: Encodable {
  struct VersionParts: Encodable {
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

extension EncodedBuild {
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
}
