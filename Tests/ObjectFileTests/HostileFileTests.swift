import ObjectFile
import ObjectFileSamples
import TestSupport
import Testing

/// No file, whatever is in it, ends or holds up the process that reads it.
struct HostileFileTests {
  /// How often each sample is changed.
  private static let rounds = Mutations.rounds(default: 5_000)

  private static let samples: [(name: String, bytes: [UInt8])] = {
    let data = Array(repeating: UInt8(7), count: 200)
    var samples: [(String, [UInt8])] = []
    for hash in SampleELF.Hash.allCases {
      for hasSections in [true, false] {
        var elf = SampleELF()
        (elf.hash, elf.hasSections, elf.data) = (hash, hasSections, data)
        elf.dynamicSymbols = [("_PyRuntime", 0), ("Py_Version", 8), ("b", 16)]
        elf.fullSymbols = [("_PyRuntime", 24)]
        (elf.needed, elf.soname, elf.runPath) = (["libpython3.13.so.1.0"], "lib", "$ORIGIN")
        samples.append(("ELF \(hash) \(hasSections)", elf.bytes))
      }
    }
    for is64Bit in [true, false] {
      var pe = SamplePE()
      (pe.is64Bit, pe.data) = (is64Bit, data)
      pe.exports = [("_PyRuntime", 0), ("Py_Version", 8), ("b", 16)]
      samples.append(("PE \(is64Bit)", pe.bytes))
    }
    for names in SampleMachO.Names.allCases {
      var macho = SampleMachO()
      (macho.names, macho.data) = (names, data)
      macho.symbols = [("_PyRuntime", 0), ("Py_Version", 8), ("b", 16)]
      samples.append(("Mach-O \(names)", macho.bytes))
      samples.append(("universal \(names)", SampleMachO.universal([macho, macho])))
    }
    return samples
  }()

  @Test("a file that is cut off anywhere is read or refused", arguments: Self.samples.map(\.name))
  func truncated(_ name: String) throws {
    let bytes = try #require(Self.samples.first { $0.name == name }?.bytes)
    // Every length where headers are, and some where only contents are.
    for count in 0..<bytes.count where count < 1024 || count.isMultiple(of: 13) {
      Self.readEverything(Array(bytes.prefix(count)))
    }
  }

  @Test(
    "a file with strange numbers anywhere is read or refused", arguments: Self.samples.map(\.name))
  func mutated(_ name: String) throws {
    let original = try #require(Self.samples.first { $0.name == name }?.bytes)
    let strange: [UInt64] = [
      0, 1, 7, 0xff, 0xffff, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff, 1 << 62, 1 << 63, .max - 1,
      .max,
    ]
    // Most of a sample is padding; numbers are where bytes are not zero, or beside them.
    let places = original.indices.filter { place in
      original[max(0, place - 8)..<min(original.count, place + 8)].contains { $0 != 0 }
    }
    print("\(name): \(Self.rounds) mutations, seed \(Mutations.seed)")
    var random = Lehmer(seed: Mutations.seed)
    for _ in 0..<Self.rounds {
      var bytes = original
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        let place = places.randomElement(using: &random) ?? 0
        switch random.next() % 3 {
        case 0: bytes[place] = UInt8(truncatingIfNeeded: random.next())
        case 1: bytes[place] ^= 1 << (random.next() % 8)
        default:
          let number = strange.randomElement(using: &random) ?? 0
          let width = [1, 2, 4, 8].randomElement(using: &random) ?? 8
          for index in 0..<min(width, bytes.count - place) {
            bytes[place + index] = UInt8(truncatingIfNeeded: number >> (8 * index))
          }
        }
      }
      Self.readEverything(bytes)
    }
  }

  @Test("a file that claims huge tables is refused before memory is taken for them")
  func hugeClaims() throws {
    /// As large as a file can be, and all of it zeros but for its start.
    struct Sparse: ByteSource {
      let start: [UInt8]
      var count: UInt64 { 1 << 62 }

      func read(
        at offset: UInt64, into buffer: UnsafeMutableRawBufferPointer
      ) throws(ObjectFileError) {
        for index in buffer.indices {
          let place = offset + UInt64(index)
          buffer[index] = place < start.count ? start[Int(place)] : 0
        }
      }
    }
    var sample = SampleELF()
    sample.dynamicSymbols = [("a", 0)]
    let file = try ELFFile(Sparse(start: sample.bytes))
    #expect(throws: ObjectFileError.self) { try file.source.bytes(at: 0, count: 1 << 40) }
    #expect(try file.symbol(named: "a") != nil)
  }

  /// Asks every question that there is; answers do not matter.
  private static func readEverything(_ bytes: [UInt8]) {
    guard let images = try? ObjectImage.all(in: MemoryBytes(bytes)) else { return }
    for image in images {
      for name in ["_PyRuntime", "Py_Version", "none"] {
        _ = try? image.addresses(ofSymbol: name)
      }
      for section in (try? image.sections()) ?? [] {
        _ = try? image.bytes(atAddress: section.address, count: 900)
      }
      _ = try? image.buildID()
      _ = try? image.libraryName()
      if case .elf(let file) = image.contents {
        _ = try? file.neededLibraries()
        _ = try? file.libraryFolders()
        _ = file.loadBiases([
          FileMapping(start: 0, end: .max, offset: 0, isExecutable: true),
          FileMapping(start: .max, end: .max, offset: .max, isExecutable: false),
        ])
        _ = file.address(ofFileOffset: .max)
        _ = try? ELFFile(file.source, inMemoryWithLoadBias: .max).symbol(named: "_PyRuntime")
      }
    }
  }
}
