/// A release of CPython, such as `3.12.1` or `3.15.0rc2`.
///
/// The order is that of `sys.version_info`.
public struct PythonVersion: Hashable, Comparable, Sendable {
  /// `sys.version_info.releaselevel`, in the order in which releases appear.
  public enum ReleaseLevel: String, Hashable, Comparable, CaseIterable, Sendable {
    case alpha, beta, candidate, final

    /// As version numbers write it: `a`, `b`, `rc`, or nothing.
    public var suffix: String {
      switch self {
      case .alpha: "a"
      case .beta: "b"
      case .candidate: "rc"
      case .final: ""
      }
    }

    private var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }

    public static func < (left: Self, right: Self) -> Bool { left.rank < right.rank }
  }

  public var major: Int
  public var minor: Int
  public var micro: Int
  public var releaseLevel: ReleaseLevel
  public var serial: Int

  public init(
    _ major: Int, _ minor: Int, _ micro: Int = 0, releaseLevel: ReleaseLevel = .final,
    serial: Int = 0
  ) {
    self.major = major
    self.minor = minor
    self.micro = micro
    self.releaseLevel = releaseLevel
    self.serial = serial
  }

  public var series: PythonSeries { PythonSeries(major, minor) }

  public static func < (left: Self, right: Self) -> Bool {
    (left.major, left.minor, left.micro, left.releaseLevel, left.serial)
      < (right.major, right.minor, right.micro, right.releaseLevel, right.serial)
  }
}

extension PythonVersion: CustomStringConvertible {
  public var description: String {
    let base = "\(major).\(minor).\(micro)"
    return releaseLevel == .final ? base : "\(base)\(releaseLevel.suffix)\(serial)"
  }
}

extension PythonVersion {
  /// Reads `PY_VERSION_HEX`, as `Py_Version` and the debug offsets hold it: `0x030e0af0` is 3.14.10.
  ///
  /// Nil for a word that no release has: another major version than 3, or an unknown level.
  public init?(word: UInt32) {
    let level: ReleaseLevel
    switch word >> 4 & 0xf {
    case 0xa: level = .alpha
    case 0xb: level = .beta
    case 0xc: level = .candidate
    case 0xf: level = .final
    default: return nil
    }
    guard word >> 24 == 3 else { return nil }
    self.init(
      3, Int(word >> 16 & 0xff), Int(word >> 8 & 0xff), releaseLevel: level,
      serial: Int(word & 0xf))
  }
}

/// A feature release series of CPython, such as `3.12`.
public struct PythonSeries: Hashable, Comparable, Sendable, CustomStringConvertible {
  public var major: Int
  public var minor: Int

  public init(_ major: Int, _ minor: Int) {
    self.major = major
    self.minor = minor
  }

  public var description: String { "\(major).\(minor)" }

  public static func < (left: Self, right: Self) -> Bool {
    (left.major, left.minor) < (right.major, right.minor)
  }
}
