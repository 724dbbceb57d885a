import ObjectFile
import ObjectFileSamples
import Testing

struct MachOTests {
  private static func sample(_ names: SampleMachO.Names) -> SampleMachO {
    var sample = SampleMachO()
    sample.names = names
    sample.data = Array(0..<100)
    sample.symbols = [("_PyRuntime", 0), ("Py_Version", 4), ("PyRun_SimpleString", 8)]
    return sample
  }

  @Test("symbols are found in the table and in the tree", arguments: SampleMachO.Names.allCases)
  func symbols(_ names: SampleMachO.Names) throws {
    let sample = Self.sample(names)
    let file = try MachOFile(MemoryBytes(sample.bytes))
    for (name, distance) in sample.symbols {
      #expect(try file.symbol(named: name) == sample.dataAddress + distance)
    }
    for name in ["", "_", "PyRun", "PyRun_SimpleStringX", "zzz"] {
      #expect(try file.symbol(named: name) == nil)
    }
    #expect(file.uuid == Array(1...16))
  }

  @Test("sections have the name of their segment, and their bytes")
  func sections() throws {
    let sample = Self.sample(.table)
    let image = try #require(try ObjectImage.all(in: MemoryBytes(sample.bytes)).first)
    #expect(image.format == .machO && image.architecture == "aarch64")
    let section = try #require(try image.sections().first)
    #expect(section.name == "__DATA,PyRuntime" && section.address == sample.dataAddress)
    #expect(try image.bytes(atAddress: section.address + 10, count: 2).bytes == [10, 11])
  }

  @Test("every part of a universal file is an image of its own", arguments: [false, true])
  func universal(_ isWide: Bool) throws {
    var intel = Self.sample(.table)
    intel.processor = 0x0100_0007
    let bytes = SampleMachO.universal([intel, Self.sample(.tree)], wide: isWide)
    let images = try ObjectImage.all(in: MemoryBytes(bytes))
    #expect(images.map(\.architecture) == ["x86_64", "aarch64"])
    for image in images {
      #expect(try image.address(ofSymbol: "Py_Version") == intel.dataAddress + 4)
    }
  }

  @Test("a Java class, which begins like a universal file, is none")
  func java() {
    let bytes: [UInt8] = [0xca, 0xfe, 0xba, 0xbe, 0, 0, 0, 61] + Array(repeating: 1, count: 100)
    #expect(throws: ObjectFileError.unrecognized) { try ObjectImage.all(in: MemoryBytes(bytes)) }
  }
}
