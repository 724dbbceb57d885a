/// What has to hold for a table that a debugger relies on.
struct DebugOffsetsCheck {
  private let offsets: DebugOffsets
  private let pointer: UInt64

  /// No structure of CPython comes near: the runtime has 0.4 MB, every other has 1 KB.
  private static let largestRuntime: UInt64 = 16 << 20
  private static let largestObject: UInt64 = 64 << 10

  init(_ offsets: DebugOffsets, pointerSize: UInt64) {
    self.offsets = offsets
    pointer = pointerSize
  }

  func run() throws(DebugOffsetsError) {
    for group in offsets.layout.groups {
      for field in group.fields where field.width == .size {
        try checkSize("\(group.name).\(field.name)")
      }
    }
    for group in offsets.layout.groups {
      for field in group.fields where field.width != .size {
        let name = "\(group.name).\(field.name)"
        try checkOffset(
          name, width: field.width.bytes(pointer: pointer), in: owner(of: name, group))
      }
    }
    // The main interpreter is a part of the runtime since 3.11.
    try require(
      value("interpreter_state.size") <= value("runtime_state.size"), "interpreter_state.size",
      "is more than runtime_state.size")
    try checkScriptPath()
    for (structure, members) in membersApart { try checkApart(members, in: structure) }
  }

  /// The structure that an offset is inside of: its group's, but for what is about attaching.
  private func owner(of name: String, _ group: DebugOffsetsLayout.Group) -> String {
    switch name {
    case "debugger_support.eval_breaker", "debugger_support.remote_debugger_support":
      "thread_state"
    case "debugger_support.remote_debugging_enabled": "interpreter_state"
    default: group.name
    }
  }

  private func value(_ name: String) -> UInt64 { offsets[name] ?? 0 }

  private func require(
    _ condition: Bool, _ name: String, _ problem: String
  ) throws(DebugOffsetsError) {
    guard !condition else { return }
    throw .damaged(field: name, value: value(name), problem: problem)
  }

  private func checkSize(_ name: String) throws(DebugOffsetsError) {
    let isState = name == "runtime_state.size" || name == "interpreter_state.size"
    let limit = isState ? Self.largestRuntime : Self.largestObject
    try require(value(name) > 0, name, "is no size")
    try require(value(name) <= limit, name, "is more than any CPython has")
    try require(value(name).isMultiple(of: 4), name, "is no multiple of 4")
  }

  private func checkOffset(
    _ name: String, width: UInt64, in owner: String
  ) throws(DebugOffsetsError) {
    let alignment = min(width, pointer)
    try require(value(name).isMultiple(of: alignment), name, "is not aligned to \(alignment)")
    // `err_stackitem` and `llist_node` have no size in the table.
    let size = offsets["\(owner).size"] ?? Self.largestObject
    try require(
      fits(value(name), width: width, in: size), name,
      "with \(width) bytes is outside of \(owner), which has \(size)")
  }

  private func fits(_ offset: UInt64, width: UInt64, in size: UInt64) -> Bool {
    width <= size && offset <= size - width
  }

  /// The path is written into a thread state, so all of it has to be inside.
  private func checkScriptPath() throws(DebugOffsetsError) {
    guard offsets["debugger_support.debugger_script_path_size"] != nil else { return }
    let support = value("debugger_support.remote_debugger_support")
    let size = value("thread_state.size")
    for (name, width) in supportMembers {
      let room = size - min(support, size)
      try require(
        fits(value(name), width: width, in: room), name,
        "with \(width) bytes is outside of thread_state, which has \(size)")
    }
    try checkApart(supportMembers, in: "the debugger's own structure")
  }

  /// `_PyRemoteDebuggerSupport`, by its members and their widths.
  private var supportMembers: [(name: String, width: UInt64)] {
    [
      ("debugger_support.debugger_pending_call", 4),
      (
        "debugger_support.debugger_script_path",
        value("debugger_support.debugger_script_path_size")
      ),
    ]
  }
}

extension DebugOffsetsCheck {
  /// The members that have a place of their own in the structures that an attacher walks.
  ///
  /// Left out: what is a part of another member, and what is 0 in builds without it.
  private var membersApart: [(structure: String, members: [(name: String, width: UInt64)])] {
    let shared: Set = [
      "interpreter_state.gil_runtime_state", "interpreter_state.gil_runtime_state_enabled",
      "interpreter_state.code_object_generation", "interpreter_state.tlbc_generation",
    ]
    return ["runtime_state", "interpreter_state", "thread_state"].map { structure in
      var members: [(name: String, width: UInt64)] = []
      for group in offsets.layout.groups {
        for field in group.fields where field.width != .size {
          let name = "\(group.name).\(field.name)"
          guard owner(of: name, group) == structure, !shared.contains(name) else { continue }
          members.append((name, ownWidth(name) ?? field.width.bytes(pointer: pointer)))
        }
      }
      return (structure, members)
    }
  }

  /// Of members that are structures themselves.
  private func ownWidth(_ name: String) -> UInt64? {
    switch name {
    case "interpreter_state.gc": value("gc.size")
    case "debugger_support.remote_debugger_support":
      supportMembers.map { value($0.name) + $0.width }.max()
    default: nil
    }
  }

  /// Every member is known to be inside of its structure, or its own check has thrown.
  private func checkApart(
    _ members: [(name: String, width: UInt64)], in structure: String
  ) throws(DebugOffsetsError) {
    let sorted = members.sorted { value($0.name) < value($1.name) }
    for (left, right) in zip(sorted, sorted.dropFirst()) {
      try require(
        value(left.name) + left.width <= value(right.name), right.name,
        "overlaps \(left.name) in \(structure)")
    }
    if structure == "runtime_state", let first = sorted.first {
      try require(
        value(first.name) >= UInt64(offsets.layout.tableSize), first.name,
        "is inside of the table itself")
    }
    if structure == "interpreter_state" {
      let size = value("interpreter_state.size")
      try require(
        fits(value("interpreter_state.gc"), width: value("gc.size"), in: size),
        "interpreter_state.gc", "with gc.size is outside of interpreter_state")
    }
  }
}
