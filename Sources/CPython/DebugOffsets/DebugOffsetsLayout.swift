import Synchronization

/// The offsets that the table `_Py_DebugOffsets` of one minor version has, and their positions in it.
///
/// The table is the first member of `_PyRuntime`, has existed since 3.13, and is fixed with a
/// series' final release. Every entry is a little-endian 64-bit number; 24 bytes of cookie, version
/// and kind come before them. Positions never change within a series, values do: with the patch
/// release, the platform and the build.
public struct DebugOffsetsLayout: Hashable, Sendable {
  /// How wide the member is that an offset leads to, as far as every platform agrees: a bound that
  /// it must at least fit in.
  public enum Width: Hashable, Sendable {
    case byte, int, word64, double, pointer
    /// C's `unsigned long`: 4 bytes on Windows, so 4 are sure.
    case long
    /// No offset: the entry is the size of a structure, in bytes.
    case size

    /// In bytes.
    func bytes(pointer: UInt64) -> UInt64 {
      switch self {
      case .byte: 1
      case .int, .long: 4
      case .word64, .double, .size: 8
      case .pointer: pointer
      }
    }
  }

  /// One entry of the table.
  public struct Field: Hashable, Sendable {
    /// As CPython names it: `threads_head`.
    public var name: String
    /// The byte in the table at which the entry begins.
    public var position: Int
    public var width: Width

    init(_ name: String, at position: Int, _ width: Width) {
      self.name = name
      self.position = position
      self.width = width
    }
  }

  /// The entries about one structure.
  public struct Group: Hashable, Sendable {
    /// As CPython names it: `interpreter_state`.
    public var name: String
    public var fields: [Field]

    init(_ name: String, _ fields: [Field]) {
      self.name = name
      self.fields = fields
    }
  }

  public let series: PythonSeries
  /// In bytes.
  public let tableSize: Int
  public let groups: [Group]
  /// Where each entry is, by names as `thread_state.next`.
  private let positions: [String: Int]

  init(series: PythonSeries, tableSize: Int, groups: [Group]) {
    self.series = series
    self.tableSize = tableSize
    self.groups = groups
    var positions: [String: Int] = [:]
    for group in groups {
      for field in group.fields { positions["\(group.name).\(field.name)"] = field.position }
    }
    self.positions = positions
  }

  /// Where the entry with this name is, as `thread_state.next`; nil where this series has none.
  public func position(of name: String) -> Int? { positions[name] }
}

/// The table of one series: its layout, and the plan by which every such table is checked. Both are
/// made when they are needed first, and once.
public final class DebugOffsetsFormat: Sendable {
  public let series: PythonSeries
  /// In bytes.
  public let tableSize: Int
  private let groups: @Sendable () -> [DebugOffsetsLayout.Group]
  private let made = Mutex<(layout: DebugOffsetsLayout?, plans: [Int: DebugOffsetsPlan])>(
    (nil, [:]))

  init(
    _ series: PythonSeries, tableSize: Int,
    groups: @escaping @Sendable () -> [DebugOffsetsLayout.Group]
  ) {
    self.series = series
    self.tableSize = tableSize
    self.groups = groups
  }

  public var layout: DebugOffsetsLayout {
    made.withLock { made in
      if let layout = made.layout { return layout }
      let layout = DebugOffsetsLayout(series: series, tableSize: tableSize, groups: groups())
      made.layout = layout
      return layout
    }
  }

  /// - Parameter pointerSize: of the target, 8 or 4 bytes.
  func plan(pointerSize: Int) -> DebugOffsetsPlan {
    let layout = layout
    return made.withLock { made in
      if let plan = made.plans[pointerSize] { return plan }
      let plan = DebugOffsetsPlan(layout, pointer: UInt64(pointerSize))
      made.plans[pointerSize] = plan
      return plan
    }
  }

  /// How many bytes are enough for every table that is known.
  public static let largestTable =
    FeatureRelease.known.compactMap(\.debugOffsets?.tableSize).max() ?? 0
}
