extension DebugOffsetsPlan {
  /// Checks the words of a table: sizes, then offsets, then what follows from several of them.
  ///
  /// - Parameter words: as many as the layout has.
  /// - Throws: ``DebugOffsetsError`` for the first thing that is wrong.
  func check(_ words: [UInt64]) throws(DebugOffsetsError) {
    for size in sizes { try check(size, words[size.position / 8]) }
    for offset in offsets { try check(offset, words) }
    try checkMainInterpreter(words)
    try checkScriptPath(words)
    for structure in apart { try checkApart(structure, words) }
  }

  private func check(_ size: Size, _ value: UInt64) throws(DebugOffsetsError) {
    let problem: String
    if value == 0 {
      problem = "is no size"
    } else if value > size.limit {
      problem = "is more than any CPython has"
    } else if !value.isMultiple(of: 4) {
      problem = "is no multiple of 4"
    } else {
      return
    }
    throw .damaged(field: size.name, value: value, problem: problem)
  }

  private func check(_ offset: Offset, _ words: [UInt64]) throws(DebugOffsetsError) {
    let value = words[offset.position / 8]
    // Widths are powers of two. A pointer's is that of the target, and nothing is aligned to more.
    let alignment = min(offset.width, pointer)
    guard value & (alignment - 1) == 0 else {
      throw .damaged(
        field: offset.name, value: value, problem: "is not aligned to \(alignment)")
    }
    let size = offset.ownerSize.map { words[$0 / 8] } ?? Self.largestObject
    guard fits(value, width: offset.width, in: size) else {
      throw .damaged(
        field: offset.name, value: value,
        problem: "with \(offset.width) bytes is outside of \(offset.owner), which has \(size)")
    }
  }

  private func fits(_ offset: UInt64, width: UInt64, in size: UInt64) -> Bool {
    width <= size && offset <= size - width
  }

  private func value(_ position: Int?, _ words: [UInt64]) -> UInt64 {
    position.map { words[$0 / 8] } ?? 0
  }

  /// The main interpreter is a part of the runtime since 3.11.
  private func checkMainInterpreter(_ words: [UInt64]) throws(DebugOffsetsError) {
    let size = value(interpreterSize, words)
    guard size <= value(runtimeSize, words) else {
      throw .damaged(
        field: "interpreter_state.size", value: size, problem: "is more than runtime_state.size")
    }
  }

  private func width(_ member: Member, _ words: [UInt64]) -> UInt64 {
    switch member.width {
    case .bytes(let count): return count
    case .entry(let position): return words[position / 8]
    case .support:
      guard let support else { return pointer }
      return [support.pending, support.path].map { words[$0.position / 8] + width($0, words) }
        .max() ?? pointer
    }
  }

  /// The path is written into a thread state, so all of it has to be inside.
  private func checkScriptPath(_ words: [UInt64]) throws(DebugOffsetsError) {
    guard let support else { return }
    let size = value(threadSize, words)
    let room = size - min(words[support.structure / 8], size)
    for member in [support.pending, support.path] {
      let width = width(member, words)
      guard fits(words[member.position / 8], width: width, in: room) else {
        throw .damaged(
          field: member.name, value: words[member.position / 8],
          problem: "with \(width) bytes is outside of thread_state, which has \(size)")
      }
    }
    try checkApart(
      Apart(structure: "the debugger's own structure", members: [support.pending, support.path]),
      words)
  }

  /// Every member is known to be inside of its structure, or its own check has thrown.
  private func checkApart(_ structure: Apart, _ words: [UInt64]) throws(DebugOffsetsError) {
    let sorted = structure.members.sorted { words[$0.position / 8] < words[$1.position / 8] }
    var end: UInt64 = 0
    var last = ""
    for member in sorted {
      let start = words[member.position / 8]
      guard end <= start else {
        throw .damaged(
          field: member.name, value: start,
          problem: "overlaps \(last) in \(structure.structure)")
      }
      end = start + width(member, words)
      last = member.name
    }
    if structure.structure == "runtime_state", let first = sorted.first {
      let start = words[first.position / 8]
      guard start >= tableSize else {
        throw .damaged(field: first.name, value: start, problem: "is inside of the table itself")
      }
    }
    if structure.structure == "interpreter_state" {
      let gc = value(collector, words)
      guard
        fits(
          gc, width: value(collectorSize, words), in: value(interpreterSize, words))
      else {
        throw .damaged(
          field: "interpreter_state.gc", value: gc,
          problem: "with gc.size is outside of interpreter_state")
      }
    }
  }
}
