/// What has to be checked of a table of one layout, made up once for all tables of it.
struct DebugOffsetsPlan: Sendable {
  /// An entry that is the size of a structure.
  struct Size {
    var name: String
    var position: Int
    var limit: UInt64
  }

  /// An entry that leads to a member of a structure.
  struct Offset {
    var name: String
    var position: Int
    /// Of what it leads to, in bytes, as far as that has to be inside of its structure.
    var width: UInt64
    var owner: String
    /// Where the size of the structure is; nil for one whose size is not in the table.
    var ownerSize: Int?
  }

  /// The members of a structure that have a place of their own.
  struct Apart {
    var structure: String
    var members: [Member]
  }

  struct Member {
    var name: String
    var position: Int
    var width: Width
  }

  enum Width {
    case bytes(UInt64)
    /// What another entry says.
    case entry(Int)
    /// The debugger's own structure, by its members.
    case support
  }

  /// `_PyRemoteDebuggerSupport`, by its members.
  struct Support {
    var structure: Int
    var pending: Member
    var path: Member
  }

  let positions: [String: Int]
  let sizes: [Size]
  let offsets: [Offset]
  let apart: [Apart]
  let support: Support?
  let tableSize: UInt64
  // Where these are in the table.
  let runtimeSize, interpreterSize, threadSize, collector, collectorSize: Int?
  /// Of the target, in bytes.
  let pointer: UInt64

  /// No structure of CPython comes near: the runtime has 0.4 MB, every other has 1 KB.
  static let largestRuntime: UInt64 = 16 << 20
  static let largestObject: UInt64 = 64 << 10

  static func of(_ layout: DebugOffsetsLayout, pointerSize: Int) -> DebugOffsetsPlan {
    switch (layout.series.minor, pointerSize) {
    case (13, 4): minor13Narrow
    case (13, _): minor13
    case (14, 4): minor14Narrow
    case (14, _): minor14
    case (_, 4): minor15Narrow
    default: minor15
    }
  }

  private static let minor13 = DebugOffsetsPlan(.minor13, pointer: 8)
  private static let minor14 = DebugOffsetsPlan(.minor14, pointer: 8)
  private static let minor15 = DebugOffsetsPlan(.minor15, pointer: 8)
  private static let minor13Narrow = DebugOffsetsPlan(.minor13, pointer: 4)
  private static let minor14Narrow = DebugOffsetsPlan(.minor14, pointer: 4)
  private static let minor15Narrow = DebugOffsetsPlan(.minor15, pointer: 4)
}

extension DebugOffsetsPlan {
  private init(_ layout: DebugOffsetsLayout, pointer: UInt64) {
    var positions: [String: Int] = [:]
    var sizes: [Size] = []
    var offsets: [Offset] = []
    for group in layout.groups {
      for field in group.fields {
        let name = "\(group.name).\(field.name)"
        positions[name] = field.position
        if field.width == .size {
          let isState = name == "runtime_state.size" || name == "interpreter_state.size"
          sizes.append(
            Size(
              name: name, position: field.position,
              limit: isState ? Self.largestRuntime : Self.largestObject))
        } else {
          offsets.append(
            Offset(
              name: name, position: field.position, width: field.width.bytes(pointer: pointer),
              owner: Self.owner(of: name, group)))
        }
      }
    }
    for index in offsets.indices {
      // `err_stackitem` and `llist_node` have no size in the table.
      offsets[index].ownerSize = positions["\(offsets[index].owner).size"]
    }
    self.positions = positions
    self.sizes = sizes
    self.offsets = offsets
    apart = Self.apart(offsets, positions)
    support = Self.support(positions)
    tableSize = UInt64(layout.tableSize)
    self.pointer = pointer
    runtimeSize = positions["runtime_state.size"]
    interpreterSize = positions["interpreter_state.size"]
    threadSize = positions["thread_state.size"]
    collector = positions["interpreter_state.gc"]
    collectorSize = positions["gc.size"]
  }

  /// The structure that an offset is inside of: its group's, but for what is about attaching.
  private static func owner(of name: String, _ group: DebugOffsetsLayout.Group) -> String {
    switch name {
    case "debugger_support.eval_breaker", "debugger_support.remote_debugger_support":
      "thread_state"
    case "debugger_support.remote_debugging_enabled": "interpreter_state"
    default: group.name
    }
  }

  private static func support(_ positions: [String: Int]) -> Support? {
    guard let structure = positions["debugger_support.remote_debugger_support"],
      let pending = positions["debugger_support.debugger_pending_call"],
      let path = positions["debugger_support.debugger_script_path"],
      let size = positions["debugger_support.debugger_script_path_size"]
    else { return nil }
    return Support(
      structure: structure,
      pending: Member(
        name: "debugger_support.debugger_pending_call", position: pending, width: .bytes(4)),
      path: Member(
        name: "debugger_support.debugger_script_path", position: path, width: .entry(size)))
  }

  /// The members of the structures that an attacher walks.
  ///
  /// Left out: what is a part of another member, and what is 0 in builds without it.
  private static func apart(_ offsets: [Offset], _ positions: [String: Int]) -> [Apart] {
    let shared: Set = [
      "interpreter_state.gil_runtime_state", "interpreter_state.gil_runtime_state_enabled",
      "interpreter_state.code_object_generation", "interpreter_state.tlbc_generation",
    ]
    return ["runtime_state", "interpreter_state", "thread_state"].map { structure in
      let members = offsets.filter { $0.owner == structure && !shared.contains($0.name) }
      return Apart(
        structure: structure,
        members: members.map { offset in
          let width: Width =
            switch offset.name {
            case "interpreter_state.gc":
              positions["gc.size"].map { .entry($0) } ?? .bytes(offset.width)
            case "debugger_support.remote_debugger_support": .support
            default: .bytes(offset.width)
            }
          return Member(name: offset.name, position: offset.position, width: width)
        })
    }
  }
}
