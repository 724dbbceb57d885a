/// The beginning of a table, from which its layout follows.
public struct DebugOffsetsHeader: Sendable {
  /// In bytes.
  public static let size = 24
  /// What a table begins with; CPython's own readers look for it as well.
  public static let cookie = Array("xdebugpy".utf8)

  public var version: PythonVersion
  public var isFreeThreaded: Bool
  public var format: DebugOffsetsFormat

  /// - Parameter bytes: at least the first 24 of what may be a table.
  /// - Parameter releases: those whose tables are known.
  /// - Throws: ``DebugOffsetsError`` when it is none, or one whose layout is not known.
  public init(
    parsing bytes: some Collection<UInt8>, releases: [FeatureRelease] = FeatureRelease.known
  ) throws(DebugOffsetsError) {
    let bytes = Array(bytes.prefix(Self.size))
    guard bytes.starts(with: Self.cookie) else { throw .noCookie }
    guard bytes.count == Self.size else {
      throw .truncated(needed: Self.size, found: bytes.count)
    }
    let word = bytes.word(at: 8)
    guard let short = UInt32(exactly: word), let version = PythonVersion(word: short) else {
      throw .noVersion(word)
    }
    guard let format = releases[version.series]?.debugOffsets else {
      throw .unknownSeries(version)
    }
    guard version.releaseLevel == .final else { throw .preRelease(version) }
    let kind = bytes.word(at: 16)
    guard kind <= 1 else {
      throw .damaged(field: "free_threaded", value: kind, problem: "is neither 0 nor 1")
    }
    self.version = version
    self.isFreeThreaded = kind == 1
    self.format = format
  }
}

extension [UInt8] {
  /// The little-endian word at this place; 0 where there is none.
  func word(at position: Int) -> UInt64 {
    guard position >= 0, position <= count - 8 else { return 0 }
    return self[position..<(position + 8)].reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }
}
