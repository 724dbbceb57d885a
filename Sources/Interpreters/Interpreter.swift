public import CPython
public import SystemPackage

/// One CPython build on this machine, as its own probe described it.
public struct Interpreter: Hashable, Sendable {
  /// Where the runtime's code lives.
  public enum Linkage: Hashable, Sendable {
    /// In the executable.
    case `static`
    /// In a shared library; the path is nil when it could not be told.
    case shared(library: FilePath?)
  }

  /// The installer or the convention by which the build came there.
  public enum Source: String, Hashable, CaseIterable, Sendable {
    case explicit, path, pyenv, uv, asdf, mise, conda, system, cache
  }

  public enum LibC: String, Hashable, Sendable {
    case gnu, musl, none
  }

  /// Whether the build has PEP 768 safe attach (`--with-remote-debug`, from 3.14 on).
  public enum RemoteDebugging: String, Hashable, Sendable {
    case supported, unsupported
    /// The version has it, this build was configured without.
    case disabled
  }

  public var version: PythonVersion
  public var abiFlags: ABIFlags
  public var linkage: Linkage
  public var libc: LibC
  /// Lower case, as `platform.machine()` says: `x86_64`, `aarch64`.
  public var architecture: String
  /// Lower case: `linux`.
  public var operatingSystem: String
  /// The path it was found at, which need not be a regular file.
  public var path: FilePath
  /// The path without symbolic links; what makes two finds the same build.
  public var realPath: FilePath
  /// `sys.base_prefix`.
  public var prefix: FilePath
  public var source: Source
  public var remoteDebugging: RemoteDebugging
  /// Every other spelling that led here: symbolic links, a virtual environment, a shim, the path
  /// as a request wrote it. A request by path is matched against these.
  public var aliases: Set<FilePath>

  public init(
    version: PythonVersion, abiFlags: ABIFlags, linkage: Linkage, libc: LibC,
    architecture: String, operatingSystem: String, path: FilePath, realPath: FilePath,
    prefix: FilePath, source: Source, remoteDebugging: RemoteDebugging,
    aliases: Set<FilePath> = []
  ) {
    self.version = version
    self.abiFlags = abiFlags
    self.linkage = linkage
    self.libc = libc
    self.architecture = architecture
    self.operatingSystem = operatingSystem
    self.path = path
    self.realPath = realPath
    self.prefix = prefix
    self.source = source
    self.remoteDebugging = remoteDebugging
    self.aliases = aliases
  }

  public var isShared: Bool {
    if case .shared = linkage { true } else { false }
  }

  /// The series with the build's letters: `3.13`, `3.13t`, `3.14d`. What a person would ask for.
  public var name: String {
    let letters = abiFlags.subtracting(.pymalloc)
    return "\(version.series)\(letters)"
  }

  /// The name with the linkage, which tells the two usual builds of one version apart:
  /// `3.13 shared`, `3.13 static`.
  public var label: String { "\(name) \(isShared ? "shared" : "static")" }
}

extension Interpreter: CustomStringConvertible {
  /// `3.13t shared, /usr/bin/python3.13t`
  public var description: String { "\(label), \(path)" }
}

extension Interpreter {
  /// The libpython of this version and build, for an application that embeds it: its own where it is
  /// shared, else one that was installed beside it. Nil if there is none.
  public var embeddableLibrary: FilePath? {
    if case .shared(let library) = linkage { return library }
    let name = "libpython\(version.series)\(abiFlags).so.1.0"
    return ["lib/\(architecture)-linux-gnu", "lib64", "lib"]
      .map { prefix.appending($0).appending(name) }
      .first { FileSystem.realPath($0) != nil }
  }
}
