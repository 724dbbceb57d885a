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
    /// The size of the field that it leads to, in bytes, as far as it must lie inside its structure.
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

  let sizes: [Size]
  let offsets: [Offset]
  let apart: [Apart]
  let support: Support?
  let tableSize: UInt64
  // Where these are in the table.
  let runtimeSize, interpreterSize, threadSize, collector, collectorSize: Int?
  /// The size of the target's pointers, in bytes.
  let pointer: UInt64

  /// No structure of CPython comes near: the runtime has 0.4 MB, every other has 1 KB.
  static let largestRuntime: UInt64 = 16 << 20
  static let largestObject: UInt64 = 64 << 10
}

extension DebugOffsetsPlan {
  init(_ layout: DebugOffsetsLayout, pointer: UInt64) {
    var sizes: [Size] = []
    var offsets: [Offset] = []
    for group in layout.groups {
      for field in group.fields {
        let name = "\(group.name).\(field.name)"
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
      offsets[index].ownerSize = layout.position(of: "\(offsets[index].owner).size")
    }
    self.sizes = sizes
    self.offsets = offsets
    apart = Self.apart(offsets, layout)
    support = Self.support(layout)
    tableSize = UInt64(layout.tableSize)
    self.pointer = pointer
    runtimeSize = layout.position(of: "runtime_state.size")
    interpreterSize = layout.position(of: "interpreter_state.size")
    threadSize = layout.position(of: "thread_state.size")
    collector = layout.position(of: "interpreter_state.gc")
    collectorSize = layout.position(of: "gc.size")
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

  private static func support(_ layout: DebugOffsetsLayout) -> Support? {
    guard let structure = layout.position(of: "debugger_support.remote_debugger_support"),
      let pending = layout.position(of: "debugger_support.debugger_pending_call"),
      let path = layout.position(of: "debugger_support.debugger_script_path"),
      let size = layout.position(of: "debugger_support.debugger_script_path_size")
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
  private static func apart(_ offsets: [Offset], _ layout: DebugOffsetsLayout) -> [Apart] {
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
              layout.position(of: "gc.size").map { .entry($0) } ?? .bytes(offset.width)
            case "debugger_support.remote_debugger_support": .support
            default: .bytes(offset.width)
            }
          return Member(name: offset.name, position: offset.position, width: width)
        })
    }
  }
}
