import ObjectFile
import ObjectFileSamples
import Testing

struct PETests {
  private static func sample(is64Bit: Bool) -> SamplePE {
    var sample = SamplePE()
    sample.is64Bit = is64Bit
    sample.data = Array(0..<100)
    sample.exports = [
      ("_PyRuntime", 0), ("Py_Version", 4), ("PyRun_SimpleString", 8), ("Py_AddPendingCall", 12),
      ("PyRun_SimpleStringFlags", 16),
    ]
    sample.forwarded = ["PyForwarded"]
    return sample
  }

  @Test("exports are found by name in files of 64 and 32 bits", arguments: [true, false])
  func exports(_ is64Bit: Bool) throws {
    let sample = Self.sample(is64Bit: is64Bit)
    let file = try PEFile(MemoryBytes(sample.bytes))
    #expect(file.is64Bit == is64Bit && file.isLibrary)
    for (name, distance) in sample.exports {
      #expect(try file.export(named: name) == sample.dataAddress + UInt64(distance))
    }
    for name in ["", "A", "PyRun", "PyRun_SimpleStringX", "zzz", "PyForwarded"] {
      #expect(try file.export(named: name) == nil)
    }
    #expect(try file.exportedName() == "python314.dll")
  }

  @Test("sections have their cut names, their addresses and their bytes")
  func sections() throws {
    let sample = Self.sample(is64Bit: true)
    let image = try #require(try ObjectImage.all(in: MemoryBytes(sample.bytes)).first)
    #expect(image.format == .pe && image.architecture == "x86_64" && image.pointerSize == 8)
    let section = try #require(try image.sections().first { $0.name == "PyRuntim" })
    #expect(section.address == sample.dataAddress)
    #expect(try image.bytes(atAddress: section.address + 10, count: 3).bytes == [10, 11, 12])
    #expect(try image.bytes(atAddress: section.address + 98, count: 9).bytes == [98, 99])
  }

  @Test("a DOS program is told from a damaged file")
  func dos() {
    let bytes = Array("MZ".utf8) + [UInt8](repeating: 0, count: 100)
    #expect(throws: ObjectFileError.unsupported("a DOS program without a PE header")) {
      try PEFile(MemoryBytes(bytes))
    }
  }
}
