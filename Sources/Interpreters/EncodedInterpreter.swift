import CPython
import SystemPackage

/// A list of interpreters as JSON shows it.
public struct EncodedListing: Hashable, Sendable, Codable {
  /// Raised when a key or a value goes away or gets another meaning.
  public var schema = 1
  public var interpreters: [EncodedInterpreter]
}

/// An interpreter as JSON shows it.
///
/// The first group are the fields of `uv python list --output-format json`, with its values where
/// both say the same, so that what reads the one can read the other. The second group is ours.
public struct EncodedInterpreter: Hashable, Sendable, Codable {
  public struct VersionParts: Hashable, Sendable, Codable {
    public var major: Int
    public var minor: Int
    public var patch: Int
  }

  /// `cpython-3.13.0+freethreaded-linux-x86_64-gnu`
  public var key: String
  public var version: String
  public var versionParts: VersionParts
  public var path: String
  /// What `path` leads to, if it is a symbolic link.
  public var symlink: String?
  /// Where it could be downloaded: never known here, for it is installed.
  public var url: String?
  public var os: String
  /// `default`, `freethreaded`, `debug` or `freethreaded+debug`.
  public var variant: String
  public var implementation: String
  public var arch: String
  public var libc: String

  /// As `sys.abiflags`: empty, `t`, `d`, `td`, `m`, `dm`.
  public var abiFlags: String
  /// The name of its column in a report; different for each of a list.
  public var label: String
  /// `shared` or `static`.
  public var linkage: String
  /// The shared library, if there is one and it is known.
  public var library: String?
  /// `sys.base_prefix`
  public var prefix: String
  public var realPath: String
  /// `supported`, `unsupported` before 3.14, `disabled` for a build without it.
  public var remoteDebugging: String
  /// `explicit`, `path`, `pyenv`, `uv`, `asdf`, `mise`, `conda`, `system` or `cache`.
  public var source: String

  private enum CodingKeys: String, CodingKey {
    case key, version, path, symlink, url, os, variant, implementation, arch, libc
    case label, linkage, library, prefix, source
    case versionParts = "version_parts"
    case abiFlags = "abi_flags"
    case realPath = "real_path"
    case remoteDebugging = "remote_debugging"
  }

  init(_ interpreter: Interpreter, label: String) {
    let version = interpreter.version
    let build = interpreter.buildWords
    key =
      "cpython-\(version)\(build.map { "+\($0)" }.joined())-\(interpreter.operatingSystem)"
      + "-\(interpreter.architecture)-\(interpreter.libc.rawValue)"
    self.version = "\(version)"
    versionParts = VersionParts(major: version.major, minor: version.minor, patch: version.micro)
    path = interpreter.path.string
    let real = interpreter.realPath.string
    symlink = real == path ? nil : real
    os = interpreter.operatingSystem
    variant = build.isEmpty ? "default" : build.joined(separator: "+")
    implementation = "cpython"
    arch = interpreter.architecture
    libc = interpreter.libc.rawValue
    abiFlags = "\(interpreter.abiFlags)"
    self.label = label
    linkage = interpreter.linkageName
    if case .shared(let library) = interpreter.linkage { self.library = library?.string }
    prefix = interpreter.prefix.string
    realPath = real
    remoteDebugging = interpreter.remoteDebugging.rawValue
    source = interpreter.source.rawValue
  }

  /// Writes null where there is nothing, as uv does: every object has every field.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(key, forKey: .key)
    try container.encode(version, forKey: .version)
    try container.encode(versionParts, forKey: .versionParts)
    try container.encode(path, forKey: .path)
    try container.encode(symlink, forKey: .symlink)
    try container.encode(url, forKey: .url)
    try container.encode(os, forKey: .os)
    try container.encode(variant, forKey: .variant)
    try container.encode(implementation, forKey: .implementation)
    try container.encode(arch, forKey: .arch)
    try container.encode(libc, forKey: .libc)
    try container.encode(abiFlags, forKey: .abiFlags)
    try container.encode(label, forKey: .label)
    try container.encode(linkage, forKey: .linkage)
    try container.encode(library, forKey: .library)
    try container.encode(prefix, forKey: .prefix)
    try container.encode(realPath, forKey: .realPath)
    try container.encode(remoteDebugging, forKey: .remoteDebugging)
    try container.encode(source, forKey: .source)
  }
}

extension Interpreter {
  /// uv's words for the flags.
  fileprivate var buildWords: [String] {
    (abiFlags.contains(.freeThreaded) ? ["freethreaded"] : [])
      + (abiFlags.contains(.debug) ? ["debug"] : [])
  }
}
