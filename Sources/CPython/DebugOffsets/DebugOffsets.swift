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
  /// By group and name: `thread_state.next`. In bytes.
  private let values: [String: UInt64]

  /// Reads and checks a table.
  ///
  /// Sizes are above zero and not absurd; an offset is aligned and, with the width of what it leads
  /// to, inside its structure; members of the structures that an attacher reads or writes do not
  /// overlap.
  ///
  /// - Parameter bytes: from the start of the table on; what follows it does not matter.
  /// - Parameter pointerSize: of the target, 8 or 4 bytes.
  /// - Throws: ``DebugOffsetsError`` for the first thing that is wrong.
  public init(
    parsing bytes: some Collection<UInt8>, pointerSize: Int = 8
  ) throws(DebugOffsetsError) {
    let header = try DebugOffsetsHeader(parsing: bytes)
    let table = Array(bytes.prefix(header.layout.tableSize))
    guard table.count == header.layout.tableSize else {
      throw .truncated(needed: header.layout.tableSize, found: table.count)
    }
    var values: [String: UInt64] = [:]
    for group in header.layout.groups {
      for field in group.fields {
        values["\(group.name).\(field.name)"] = table.word(at: field.position)
      }
    }
    version = header.version
    isFreeThreaded = header.isFreeThreaded
    layout = header.layout
    self.values = values
    try DebugOffsetsCheck(self, pointerSize: pointerSize == 4 ? 4 : 8).run()
  }

  /// The entry with this name, as `thread_state.next`; nil where this series has none.
  public subscript(_ name: String) -> UInt64? { values[name] }

  /// Every entry, in the order of the table.
  public var entries: [Entry] {
    layout.groups.flatMap { group in
      group.fields.map { field in
        let name = "\(group.name).\(field.name)"
        return Entry(
          name: name, position: field.position, isSize: field.width == .size,
          value: values[name] ?? 0)
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
