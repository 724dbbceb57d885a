import TestSupport
import Testing

@testable import CPython

struct DebugOffsetsTests {
  @Test("Every entry is where the compiler puts it, one behind the other", arguments: [13, 14, 15])
  func positions(_ minor: Int) throws {
    let layout = try #require(PythonSeries(3, minor).release?.debugOffsets?.layout)
    let expected = CompiledOffsets.all(minor: minor).map { [$0.name: $0.position] }
    let found = layout.groups.flatMap { group in
      group.fields.map { ["\(group.name).\($0.name)": $0.position] }
    }
    #expect(found == expected)
    #expect(found.flatMap(\.values) == Array(stride(from: 24, to: layout.tableSize, by: 8)))
  }

  @Test("A real table gives the values that the compiler gives", arguments: [13, 14, 15])
  func values(_ minor: Int) throws {
    let table = try #require(RealTables.all[minor])
    let offsets = try DebugOffsets(parsing: table)
    #expect(offsets.version.series == PythonSeries(3, minor))
    #expect(!offsets.isFreeThreaded)
    for field in CompiledOffsets.all(minor: minor) {
      // These depend on options of the build.
      let varies =
        minor == 15 && ["runtime_state.size", "interpreter_state.size"].contains(field.name)
      #expect(offsets[field.name] == field.value + (varies ? 8 : 0), "\(field.name)")
    }
  }

  @Test("The values of free-threaded builds are accepted as well", arguments: [13, 14, 15])
  func freeThreaded(_ minor: Int) throws {
    var table = try #require(RealTables.all[minor])
    table.set(1, at: 16)
    for field in CompiledOffsets.all(minor: minor) {
      table.set(field.freeThreadedValue, at: field.position)
    }
    let offsets = try DebugOffsets(parsing: table)
    #expect(offsets.isFreeThreaded)
    for field in CompiledOffsets.all(minor: minor) {
      #expect(offsets[field.name] == field.freeThreadedValue)
    }
  }

  @Test("The debugger's part is that of the real builds, and 3.13 has none")
  func debuggerSupport() throws {
    let expected: [Int: [UInt64]] = [
      14: [24, 304, 8076, 0, 4, 512], 15: [24, 344, 8028, 0, 4, 512],
    ]
    for (minor, table) in RealTables.all {
      let support = try DebugOffsets(parsing: table).debuggerSupport
      let values = support.map {
        [
          $0.evalBreaker, $0.remoteDebuggerSupport, $0.remoteDebuggingEnabled, $0.pendingCall,
          $0.scriptPath, $0.scriptPathSize,
        ]
      }
      #expect(values == expected[minor])
    }
  }

  @Test(
    "The debugger's parts of Windows and macOS are accepted",
    arguments: [
      [24, 296, 7880, 0, 4, 512] as [UInt64], [24, 304, 8100, 0, 4, 512],
    ])
  func otherPlatforms(_ values: [UInt64]) throws {
    var table = try #require(RealTables.all[14])
    for (index, value) in values.enumerated() { table.set(value, at: 712 + index * 8) }
    #expect(try DebugOffsets(parsing: table).debuggerSupport?.remoteDebuggingEnabled == values[2])
  }

  @Test("What follows the table does not matter")
  func longer() throws {
    let table = try #require(RealTables.all[14])
    #expect(try DebugOffsets(parsing: table + [1, 2, 3]) == DebugOffsets(parsing: table))
  }

  @Test("A version word is read as CPython writes it, and nothing else is one")
  func versionWord() {
    #expect(PythonVersion(word: 0x030e_0af0) == PythonVersion(3, 14, 10))
    #expect(
      PythonVersion(word: 0x030f_00c1)
        == PythonVersion(3, 15, 0, releaseLevel: .candidate, serial: 1))
    for word in [0, 0x030e_0a00, 0x030e_0ad0, 0x020e_0af0, 0x040e_0af0, .max] as [UInt32] {
      #expect(PythonVersion(word: word) == nil)
    }
  }
}
