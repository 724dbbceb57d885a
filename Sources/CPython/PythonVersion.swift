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

/// A feature release series of CPython, such as `3.12`.
public struct PythonSeries: Hashable, Comparable, Sendable, CustomStringConvertible {
  public var major: Int
  public var minor: Int

  public init(_ major: Int, _ minor: Int) {
    self.major = major
    self.minor = minor
  }

  /// The series this project knows how to debug.
  public static let supported = PythonSeries(3, 5)...PythonSeries(3, 15)

  /// Every supported series, oldest first.
  public static let allSupported = (supported.lowerBound.minor...supported.upperBound.minor)
    .map { PythonSeries(3, $0) }

  public var description: String { "\(major).\(minor)" }

  public static func < (left: Self, right: Self) -> Bool {
    (left.major, left.minor) < (right.major, right.minor)
  }
}
