import ObjectFile
import ObjectFileSamples
import Testing

struct ELFTests {
  private static func sample(_ hash: SampleELF.Hash) -> SampleELF {
    var sample = SampleELF()
    sample.hash = hash
    sample.data = Array(0..<64)
    sample.undefinedSymbols = ["malloc", "PyNowhere"]
    sample.dynamicSymbols = [
      ("_PyRuntime", 0), ("PyRun_SimpleString", 8), ("PyRun_SimpleStringFlags", 16),
      ("Py_AddPendingCall", 24),
    ]
    sample.fullSymbols = [("interp_head", 32), ("_PyRuntime", 40)]
    sample.soname = "libpython3.14.so.1.0"
    sample.needed = ["libm.so.6", "libc.so.6"]
    sample.runPath = "$ORIGIN/../lib:/opt/lib"
    return sample
  }

  @Test(
    "symbols are found through either hash, and without any", arguments: SampleELF.Hash.allCases)
  func symbols(_ hash: SampleELF.Hash) throws {
    let sample = Self.sample(hash)
    let file = try ELFFile(MemoryBytes(sample.bytes))
    for (name, distance) in sample.dynamicSymbols {
      let symbol = try #require(try file.symbol(named: name))
      #expect(symbol.value == sample.dataAddress + distance)
      #expect(symbol.size == 8 && symbol.kind == .object && symbol.table == .dynamic)
    }
    for name in ["malloc", "PyNowhere", "PyRun_Simple", "", "Py_AddPendingCallX"] {
      #expect(try file.symbol(named: name) == nil)
    }
    #expect(try file.symbol(named: "interp_head")?.table == .full)
  }

  @Test("a name that two tables give to two places is told with both")
  func twoPlaces() throws {
    let sample = Self.sample(.gnu)
    let file = try ELFFile(MemoryBytes(sample.bytes))
    let symbols = try file.symbols(named: "_PyRuntime")
    #expect(symbols.map(\.value) == [sample.dataAddress, sample.dataAddress + 40])
    #expect(symbols.map(\.table) == [.dynamic, .full])
  }

  @Test(
    "without section headers the dynamic symbols are still found",
    arguments: SampleELF.Hash.allCases)
  func withoutSections(_ hash: SampleELF.Hash) throws {
    var sample = Self.sample(hash)
    sample.hasSections = false
    let file = try ELFFile(MemoryBytes(sample.bytes))
    #expect(try file.sections().isEmpty)
    #expect(try file.symbol(named: "_PyRuntime")?.value == sample.dataAddress)
    #expect(try file.symbol(named: "interp_head") == nil)
  }

  @Test("addresses and places in the file are turned into each other by segments")
  func places() throws {
    var sample = Self.sample(.gnu)
    sample.kind = 2
    sample.base = 0x40_0000
    let file = try ELFFile(MemoryBytes(sample.bytes))
    let section = try #require(try file.section(named: ".data"))
    #expect(file.kind == .executable)
    #expect(section.address == sample.dataAddress && section.size == 64 && section.isWritable)
    #expect(file.fileOffset(ofAddress: section.address + 5) == section.offset + 5)
    #expect(file.address(ofFileOffset: section.offset + 5) == section.address + 5)
    #expect(file.fileOffset(ofAddress: 0) == nil)
    #expect(file.fileOffset(ofAddress: .max) == nil)
  }

  @Test("the load bias needs every segment to be mapped as it says")
  func loadBias() throws {
    let sample = Self.sample(.gnu)
    let file = try ELFFile(MemoryBytes(sample.bytes))
    let text = FileMapping(start: 0x7f00_0000, end: 0x7f00_2000, offset: 0, isExecutable: true)
    let data = FileMapping(
      start: 0x7f00_5000, end: 0x7f00_6000, offset: 0x2000, isExecutable: false)
    #expect(file.loadBiases([text, data]) == [0x7f00_0000])
    #expect(file.loadBiases([text]).isEmpty)
    #expect(file.loadBiases([]).isEmpty)
    // Somebody who reads the file maps it in one piece, and does not run it.
    let reader = FileMapping(start: 0x6000_0000, end: 0x6000_9000, offset: 0, isExecutable: false)
    #expect(file.loadBiases([reader, text, data]) == [0x7f00_0000])
  }

  @Test("names, needed libraries, folders and the build id are read")
  func identity() throws {
    let file = try ELFFile(MemoryBytes(Self.sample(.gnu).bytes))
    #expect(try file.soname() == "libpython3.14.so.1.0")
    #expect(try file.neededLibraries() == ["libm.so.6", "libc.so.6"])
    #expect(try file.libraryFolders() == ["$ORIGIN/../lib", "/opt/lib"])
    #expect(try file.buildID() == [0xab, 0xcd, 0x01])
  }

  @Test("what is no ELF file, or one of another kind, is refused with what it is")
  func refusals() throws {
    var bytes = Self.sample(.gnu).bytes
    bytes[4] = 1
    #expect(throws: ObjectFileError.unsupported("a 32-bit ELF file")) {
      try ELFFile(MemoryBytes(bytes))
    }
    bytes[4] = 2
    bytes[5] = 2
    #expect(throws: ObjectFileError.unsupported("a big-endian ELF file")) {
      try ELFFile(MemoryBytes(bytes))
    }
    for bytes in [[], [0x7f], Array("#!/bin/sh\n".utf8)] as [[UInt8]] {
      #expect(throws: ObjectFileError.unrecognized) { try ObjectImage.all(in: MemoryBytes(bytes)) }
    }
  }
}
