public import CPython
public import SystemPackage

/// What a person asks for. What it means on this machine is an ``Interpreter``, if there is one.
public enum InterpreterRequest: Hashable, Sendable {
  /// One release or every release of a series, of one kind of build: `3.12`, `3.12.1`, `3.13t`.
  public struct Release: Hashable, Sendable {
    public var series: PythonSeries
    /// Nil for any of the series.
    public var micro: Int?
    /// Nil for any stage, which includes the final release.
    public var prerelease: Prerelease?
    /// `t` and `d` only. Empty means the release build with a GIL and nothing else.
    public var flags: ABIFlags

    public init(
      _ series: PythonSeries, micro: Int? = nil, prerelease: Prerelease? = nil,
      flags: ABIFlags = []
    ) {
      self.series = series
      self.micro = micro
      self.prerelease = prerelease
      self.flags = flags
    }
  }

  /// A stage before the final release: the `rc2` of `3.15.0rc2`.
  public struct Prerelease: Hashable, Sendable {
    public var level: PythonVersion.ReleaseLevel
    public var serial: Int

    public init(_ level: PythonVersion.ReleaseLevel, _ serial: Int) {
      self.level = level
      self.serial = serial
    }
  }

  /// Every build found of every supported series, whatever its flags.
  case all
  case release(Release)
  /// Each series from the first to the last, both included: `3.9..3.12`. Each is asked for by
  /// name, so each that the machine lacks is missing.
  case span(ClosedRange<PythonSeries>, flags: ABIFlags)
  /// A filter over the release builds with a GIL: `>=3.12,<3.15`. Missing only if none fits.
  case range(VersionRange)
  /// An executable, a shim, a virtual environment or an installation's folder, as it was written;
  /// `~` and relative paths are read by ``InterpreterFinder``.
  case path(FilePath)
}

extension InterpreterRequest {
  /// The path, if this is a request for one.
  public var path: FilePath? {
    if case .path(let path) = self { path } else { nil }
  }
}

extension InterpreterRequest.Release: CustomStringConvertible {
  public var description: String {
    var text = "\(series)"
    if let micro { text += ".\(micro)" }
    if let prerelease { text += prerelease.level.suffix + "\(prerelease.serial)" }
    return text + "\(flags)"
  }
}

extension InterpreterRequest: CustomStringConvertible {
  /// A spelling that parses back to this request.
  public var description: String {
    switch self {
    case .all: "all"
    case .release(let release): "\(release)"
    case .span(let series, let flags):
      "\(series.lowerBound)\(flags)..\(series.upperBound)\(flags)"
    case .range(let range): "\(range)"
    case .path(let path): path.string
    }
  }
}
