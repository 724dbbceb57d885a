/// The table `_Py_DebugOffsets` of one build of CPython: where in its structures a debugger finds
/// what.
///
/// It comes from a file or a process that may be damaged or hostile, so it exists only when every
/// entry is possible: see ``init(parsing:pointerSize:)``. Even then it says what the target claims;
/// what it leads to has to be checked as well.
public struct DebugOffsets: Hashable, Sendable {
  public let version: PythonVersion
  public let isFreeThreaded: Bool
  public let layout: DebugOffsetsLayout
  /// As far as the table tells them: whether the build is free-threaded.
  public var abiFlags: ABIFlags { isFreeThreaded ? .freeThreaded : [] }
  /// The table as words: the entry at byte n is word n / 8.
  let words: [UInt64]

  /// Reads and checks a table.
  ///
  /// Sizes are above zero and not absurd; an offset is aligned and, with the width of what it leads
  /// to, inside its structure; members of the structures that an attacher reads or writes do not
  /// overlap.
  ///
  /// - Parameter bytes: from the start of the table on; what follows it does not matter.
  /// - Parameter pointerSize: of the target, 8 or 4 bytes.
  /// - Parameter releases: those whose tables are known.
  /// - Throws: ``DebugOffsetsError`` for the first thing that is wrong.
  public init(
    parsing bytes: some Collection<UInt8>, pointerSize: Int = 8,
    releases: [FeatureRelease] = FeatureRelease.known
  ) throws(DebugOffsetsError) {
    try self.init(of: Array(bytes), pointerSize: pointerSize, releases)
  }

  /// What the generic one does, for the one type that matters where every microsecond does.
  private init(
    of bytes: [UInt8], pointerSize: Int, _ releases: [FeatureRelease]
  ) throws(DebugOffsetsError) {
    let header = try DebugOffsetsHeader(parsing: bytes, releases: releases)
    let size = header.format.tableSize
    let words = [UInt64](unsafeUninitializedCapacity: size / 8) { memory, count in
      count = min(size, bytes.count) / 8
      bytes.withUnsafeBytes { bytes in
        for index in 0..<count {
          let word = bytes.loadUnaligned(fromByteOffset: index * 8, as: UInt64.self)
          memory.initializeElement(at: index, to: UInt64(littleEndian: word))
        }
      }
    }
    guard words.count == size / 8 else {
      throw .truncated(needed: size, found: bytes.count)
    }
    version = header.version
    isFreeThreaded = header.isFreeThreaded
    layout = header.format.layout
    self.words = words
    try header.format.plan(pointerSize: pointerSize).check(words)
  }

  /// The entry with this name, as `thread_state.next`; nil where this series has none.
  public subscript(_ name: String) -> UInt64? {
    layout.position(of: name).map { words[$0 / 8] }
  }

  /// The entry at a position of ``layout``; nil where the table has none.
  public subscript(position position: Int) -> UInt64? {
    position >= DebugOffsetsHeader.size && position.isMultiple(of: 8) && position / 8 < words.count
      ? words[position / 8] : nil
  }

  /// Every entry, in the order of the table.
  public var entries: [Entry] {
    layout.groups.flatMap { group in
      group.fields.map { field in
        let name = "\(group.name).\(field.name)"
        return Entry(
          name: name, position: field.position, isSize: field.width == .size,
          value: words[field.position / 8])
      }
    }
  }

  /// One entry with its value.
  public struct Entry: Hashable, Sendable {
    /// `thread_state.next`.
    public var name: String
    /// The byte in the table.
    public var position: Int
    /// Whether the value is the size of a structure rather than an offset in one.
    public var isSize: Bool
    /// In bytes.
    public var value: UInt64
  }
}
