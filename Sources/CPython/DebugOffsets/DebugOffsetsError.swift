/// Why bytes are not taken as a table of debug offsets. Each is one sentence.
public enum DebugOffsetsError: Error, Hashable, Sendable {
  /// It does not begin as every table does.
  case noCookie
  /// In bytes.
  case truncated(needed: Int, found: Int)
  /// The version is none that CPython gives.
  case noVersion(UInt64)
  /// A series without a known layout. Layouts are never guessed.
  case unknownSeries(PythonVersion)
  /// Before the final release of a series its table may still change.
  case preRelease(PythonVersion)
  /// An entry that no build of CPython can have.
  case damaged(field: String, value: UInt64, problem: String)
}

extension DebugOffsetsError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .noCookie: "there is no table of debug offsets: it does not begin with 'xdebugpy'"
    case .truncated(let needed, let found):
      "the table of debug offsets is cut off: \(found) bytes of \(needed)"
    case .noVersion(let word):
      "the table of debug offsets names no version: 0x\(String(word, radix: 16))"
    case .unknownSeries(let version):
      "the table of debug offsets is that of \(version), and only those of \(FeatureRelease.known.withTable) are known"
    case .preRelease(let version):
      "the table of debug offsets is that of \(version), a pre-release; "
        + "only those of final releases are known"
    case .damaged(let field, let value, let problem):
      "the table of debug offsets is damaged: \(field) = \(value) \(problem)"
    }
  }
}
