import TestSupport
import Testing

@testable import CPython

/// No table, whatever is in it, ends the process that reads it, and none that lies is taken.
struct HostileDebugOffsetsTests {
  /// How often each table is changed.
  private static let rounds = Mutations.rounds(default: 20_000)

  @Test("A table that is cut off anywhere is refused", arguments: [13, 14, 15])
  func truncated(_ minor: Int) throws {
    let table = try #require(RealTables.all[minor])
    for count in 0..<table.count {
      let expected: DebugOffsetsError =
        count < 8
        ? .noCookie : .truncated(needed: count < 24 ? 24 : table.count, found: count)
      #expect(throws: expected) { try DebugOffsets(parsing: table.prefix(count)) }
    }
  }

  @Test("A cookie that is wrong in one bit is none")
  func cookie() throws {
    var table = try #require(RealTables.all[14])
    for bit in 0..<64 {
      table[bit / 8] ^= 1 << (bit % 8)
      #expect(throws: DebugOffsetsError.noCookie) { try DebugOffsets(parsing: table) }
      table[bit / 8] ^= 1 << (bit % 8)
    }
  }

  private static let versions: [(word: UInt64, sentence: String)] = [
    (0, "the table of debug offsets names no version: 0x0"),
    (0x1_030e_0af0, "the table of debug offsets names no version: 0x1030e0af0"),
    (
      0x0310_00f0,
      "the table of debug offsets is that of 3.16.0, and only those of 3.13, 3.14 and 3.15 are known"
    ),
    (
      0x030c_01f0,
      "the table of debug offsets is that of 3.12.1, and only those of 3.13, 3.14 and 3.15 are known"
    ),
    (
      0x030f_00c1,
      "the table of debug offsets is that of 3.15.0rc1, a pre-release; "
        + "only those of final releases are known"
    ),
  ]

  @Test("A version that is none, unknown or unfinished is refused with a sentence")
  func version() throws {
    for (word, sentence) in Self.versions {
      var table = try #require(RealTables.all[14])
      table.set(word, at: 8)
      let error = #expect(throws: DebugOffsetsError.self) { try DebugOffsets(parsing: table) }
      #expect(error?.description == sentence)
    }
  }

  @Test("A table of one series is not read as that of another", arguments: [13, 14, 15])
  func wrongSeries(_ minor: Int) throws {
    let table = try #require(RealTables.all[minor]) + [UInt8](repeating: 0, count: 400)
    for other in [13, 14, 15] where other != minor {
      var table = table
      table[10] = UInt8(other)
      #expect(throws: DebugOffsetsError.self) { try DebugOffsets(parsing: table) }
    }
  }

  @Test("Every entry is refused with values that it cannot have", arguments: [13, 14, 15])
  func everyEntry(_ minor: Int) throws {
    let table = try #require(RealTables.all[minor])
    let layout = try #require(PythonSeries(3, minor).release?.debugOffsets?.layout)
    for group in layout.groups {
      for field in group.fields {
        var impossible: [UInt64] = [.max, .max - 7, 1 << 63, 1 << 32, 0x7fff_ffff_fff8, 17 << 20]
        if field.width == .size { impossible += [0, 1, 3] }
        if [.pointer, .word64, .double, .int, .long].contains(field.width) {
          impossible += [1, 0x1003]
        }
        for value in impossible {
          var table = table
          table.set(value, at: field.position)
          let error = #expect(
            throws: DebugOffsetsError.self, "\(group.name).\(field.name) = \(value)"
          ) { try DebugOffsets(parsing: table) }
          guard case .damaged? = error else {
            Issue.record("\(group.name).\(field.name) = \(value): \(error as Any)")
            continue
          }
        }
      }
    }
  }

  @Test("An offset whose last byte is outside of its structure is refused, one before is not")
  func edge() throws {
    var table = try #require(RealTables.all[14])
    table.set(832 - 8, at: 232)
    #expect(throws: Never.self) { try DebugOffsets(parsing: table) }
    table.set(832, at: 232)
    let expected = DebugOffsetsError.damaged(
      field: "thread_state.datastack_chunk", value: 832,
      problem: "with 8 bytes is outside of thread_state, which has 832")
    #expect(throws: expected) { try DebugOffsets(parsing: table) }
  }

  @Test("Members on top of each other are refused")
  func overlap() throws {
    var table = try #require(RealTables.all[14])
    table.set(8, at: 712)
    #expect(throws: DebugOffsetsError.self) { try DebugOffsets(parsing: table) }
    table.set(24, at: 712)
    table.set(152, at: 720)
    #expect(throws: DebugOffsetsError.self) { try DebugOffsets(parsing: table) }
  }

  /// Sliding a window of five over the words finds `[304, 8076, 0, 4, 512]` in every real table,
  /// one word too late, and would write outside of the thread state.
  @Test("The reading of a window that slides one word too late would be refused")
  func slidingWindow() throws {
    var table = try #require(RealTables.all[14])
    for (index, value) in ([304, 8076, 7984, 0, 4, 512] as [UInt64]).enumerated() {
      table.set(value, at: 712 + index * 8)
    }
    let error = #expect(throws: DebugOffsetsError.self) { try DebugOffsets(parsing: table) }
    #expect(
      error
        == .damaged(
          field: "debugger_support.remote_debugger_support", value: 8076,
          problem: "with 4 bytes is outside of thread_state, which has 832"))
  }

  @Test("Any mixture of strange words is read or refused, never more", arguments: [13, 14, 15])
  func mutations(_ minor: Int) throws {
    let table = try #require(RealTables.all[minor])
    let strange: [UInt64] = [0, 1, 7, 8, 16, 512, 4096, 0xffff, 1 << 31, 1 << 62, 1 << 63, .max]
    print("table of 3.\(minor): \(Self.rounds) mutations, seed \(Mutations.seed)")
    var random = Lehmer(seed: Mutations.seed &+ UInt64(minor))
    for _ in 0..<Self.rounds {
      var table = table
      for _ in 0..<Int.random(in: 1...3, using: &random) {
        let position = 8 * Int.random(in: 2..<(table.count / 8), using: &random)
        let old = table.word(at: position)
        switch random.next() % 4 {
        case 0: table.set(random.next(), at: position)
        case 1: table.set(old ^ 1 << (random.next() % 64), at: position)
        case 2: table.set(old &+ 8 &* (random.next() % 64), at: position)
        default: table.set(strange.randomElement(using: &random) ?? 0, at: position)
        }
      }
      let pointerSize = random.next() % 8 == 0 ? 4 : 8
      guard let offsets = try? DebugOffsets(parsing: table, pointerSize: pointerSize) else {
        continue
      }
      let support = offsets.debuggerSupport
      let end = support.map { $0.remoteDebuggerSupport + $0.scriptPath + $0.scriptPathSize }
      #expect(end ?? 0 <= offsets["thread_state.size"] ?? 0)
    }
  }
}

extension [UInt8] {
  /// Writes a little-endian word.
  mutating func set(_ value: UInt64, at position: Int) {
    for index in 0..<8 { self[position + index] = UInt8(truncatingIfNeeded: value >> (8 * index)) }
  }
}
