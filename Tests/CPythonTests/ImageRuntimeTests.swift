import CPython
import ObjectFile
import ObjectFileSamples
import TestSupport
import Testing

struct ImageRuntimeTests {
  private static func runtime(_ bytes: [UInt8]) throws -> ImageRuntime? {
    let image = try #require(try ObjectImage.all(in: MemoryBytes(bytes)).first)
    return try ImageRuntime(image)
  }

  /// With zeros before and behind the table.
  private static func table(_ minor: Int = 14) throws -> [UInt8] {
    try #require(RealTables.all[minor])
  }

  @Test("the section is found first, in ELF, PE and Mach-O", arguments: [13, 14, 15])
  func section(_ minor: Int) throws {
    var elf = SampleELF()
    (elf.data, elf.dataSection) = (try Self.table(minor), ".PyRuntime")
    var pe = SamplePE()
    pe.data = try Self.table(minor)
    var macho = SampleMachO()
    macho.data = try Self.table(minor)
    let files = [
      (elf.bytes, elf.dataAddress, ".PyRuntime"), (pe.bytes, pe.dataAddress, "PyRuntim"),
      (macho.bytes, macho.dataAddress, "__DATA,PyRuntime"),
    ]
    for (bytes, address, name) in files {
      let runtime = try #require(try Self.runtime(bytes))
      #expect(runtime.location?.address == address)
      #expect(runtime.location?.way == .section(name))
      #expect(runtime.version?.minor == minor && runtime.versionSource == .table)
      guard case .present(let offsets) = runtime.table else {
        Issue.record("\(runtime.table)")
        continue
      }
      #expect(try offsets == DebugOffsets(parsing: Self.table(minor)))
    }
  }

  @Test("without the section the symbol is found, and without that the table itself")
  func symbolAndScan() throws {
    var elf = SampleELF()
    elf.data = [UInt8](repeating: 0, count: 4096 - 8) + (try Self.table())
    elf.dynamicSymbols = [("_PyRuntime", 4088)]
    var runtime = try #require(try Self.runtime(elf.bytes))
    #expect(runtime.location?.way == .symbol)
    #expect(runtime.location?.address == elf.dataAddress + 4088)

    elf.dynamicSymbols = []
    elf.hasSections = false
    runtime = try #require(try Self.runtime(elf.bytes))
    #expect(runtime.location?.way == .scan)
    #expect(runtime.location?.address == elf.dataAddress + 4088)
  }

  @Test("a scan passes by cookies that begin no table")
  func falseCookies() throws {
    let table = try Self.table()
    var badVersion = Array(table.prefix(24))
    badVersion[11] = 2
    var oldVersion = Array(table.prefix(24))
    oldVersion[10] = 12
    var badKind = Array(table.prefix(24))
    badKind[16] = 2
    var elf = SampleELF()
    elf.hasSections = false
    // In constants, misaligned, with impossible versions and kinds, and cut off.
    elf.constants = table
    elf.data = [1, 2, 3, 4] + table + [0, 0, 0, 0] + badVersion + oldVersion + badKind
    elf.data += Array(repeating: 0, count: 8)
    let before = elf.data.count
    #expect(try Self.runtime(elf.bytes) == nil)
    elf.data += table
    #expect(try Self.runtime(elf.bytes)?.location?.address == elf.dataAddress + UInt64(before))
  }

  @Test("of two symbols the one with a table is taken, and both are told")
  func twoSymbols() throws {
    var elf = SampleELF()
    elf.data = [UInt8](repeating: 0, count: 64) + (try Self.table())
    elf.dynamicSymbols = [("_PyRuntime", 0)]
    elf.fullSymbols = [("_PyRuntime", 64)]
    let location = try #require(try Self.runtime(elf.bytes)?.location)
    #expect(location.address == elf.dataAddress + 64)
    #expect(location.otherAddresses == [elf.dataAddress])
  }

  @Test("a table that cannot be used is told with its reason, not passed over")
  func refusedTable() throws {
    var elf = SampleELF()
    (elf.data, elf.dataSection) = (try Self.table(), ".PyRuntime")
    elf.data.set(0x0310_00f0, at: 8)
    let runtime = try #require(try Self.runtime(elf.bytes))
    guard case .refused(.unknownSeries(let version)) = runtime.table else {
      Issue.record("\(runtime.table)")
      return
    }
    #expect(version == PythonVersion(3, 16, 0))
  }

  @Test("before the table the version comes from the constant Py_Version")
  func versionSymbol() throws {
    var elf = SampleELF()
    elf.data = [0xf0, 0x07, 0x0b, 0x03, 0, 0, 0, 0] + Array(repeating: 0, count: 64)
    elf.dynamicSymbols = [("Py_Version", 0), ("_PyRuntime", 8)]
    let runtime = try #require(try Self.runtime(elf.bytes))
    #expect(runtime.version == PythonVersion(3, 11, 7) && runtime.versionSource == .symbol)
    guard case .none = runtime.table else {
      Issue.record("\(runtime.table)")
      return
    }
  }

  @Test("before that from a text, if there is one of the library's series")
  func versionText() throws {
    var elf = SampleELF()
    elf.soname = "libpython3.6m.so.1.0"
    elf.constants = Array(
      "\u{0}1.3.6.9\u{0}/versions/3.6.15\u{0}3.7.0\u{0}3.6.x\u{0}3.6.1234\u{0}".utf8)
    elf.data = Array(repeating: 0, count: 64)
    elf.dynamicSymbols = [("Py_AddPendingCall", 0)]
    let runtime = try #require(try Self.runtime(elf.bytes))
    #expect(runtime.version == PythonVersion(3, 6, 15) && runtime.versionSource == .text)
    #expect(runtime.abiFlags == .pymalloc && runtime.location == nil)

    elf.constants += Array("3.6.14\u{0}".utf8)
    #expect(try Self.runtime(elf.bytes)?.version == nil)
  }

  @Test("a debug build is known by the function that only it has")
  func debugBuild() throws {
    var elf = SampleELF()
    (elf.data, elf.dataSection) = (try Self.table(), ".PyRuntime")
    elf.dynamicSymbols = [("_Py_NegativeRefcount", 0)]
    #expect(try Self.runtime(elf.bytes)?.abiFlags == .debug)
  }

  @Test("a file without any of it has no CPython")
  func none() throws {
    var elf = SampleELF()
    elf.undefinedSymbols = ["Py_AddPendingCall", "_PyRuntime"]
    elf.dynamicSymbols = [("main", 0)]
    elf.data = Array(repeating: 0, count: 64)
    #expect(try Self.runtime(elf.bytes) == nil)
  }
}
