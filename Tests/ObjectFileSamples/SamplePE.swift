/// A small Windows library, made for a test.
public struct SamplePE {
  public var is64Bit = true
  public var data: [UInt8] = []
  public var dataSection = "PyRuntim"
  /// Names with their distance from the start of the data; sorted when they are written.
  public var exports: [(name: String, distance: UInt32)] = []
  /// Names that lead to other libraries.
  public var forwarded: [String] = []
  public var name = "python314.dll"

  public init() {}

  public var imageBase: UInt64 { is64Bit ? 0x1_8000_0000 : 0x1000_0000 }
  public var dataAddress: UInt64 { imageBase + UInt64(Self.dataPlace) }
  private static let dataPlace: UInt32 = 0x5000
  private static let tablePlace: UInt32 = 0x1000

  public var bytes: [UInt8] {
    let table = exportTable
    let dataOffset = (0x400 + table.count + 0x1ff) / 0x200 * 0x200
    var file = ByteWriter()
    file.add("MZ")
    file.zeros(upTo: 0x3c)
    file.add(UInt32(0x40))
    file.add("PE\0\0")
    file.add(is64Bit ? 0x8664 : 0x14c as UInt16)
    file.add(UInt16(2))
    file.zeros(upTo: 0x40 + 20)
    let optionalSize = is64Bit ? 240 : 224
    file.add(UInt16(optionalSize))
    file.add(UInt16(0x2000))
    let optional = file.count
    file.add(is64Bit ? 0x20b : 0x10b as UInt16)
    if is64Bit {
      file.zeros(upTo: optional + 24)
      file.add(imageBase)
    } else {
      file.zeros(upTo: optional + 28)
      file.add(UInt32(imageBase))
    }
    let directories = optional + (is64Bit ? 112 : 96)
    file.zeros(upTo: directories - 4)
    file.add(UInt32(16))
    file.add(Self.tablePlace)
    file.add(UInt32(table.count))
    file.zeros(upTo: optional + optionalSize)
    section(".rdata", Self.tablePlace, table.count, 0x400, 0x4000_0040, &file)
    section(dataSection, Self.dataPlace, data.count, dataOffset, 0xc000_0040, &file)
    file.zeros(upTo: 0x400)
    file.add(table)
    file.zeros(upTo: dataOffset)
    file.add(data)
    return file.bytes
  }

  private func section(
    _ name: String, _ place: UInt32, _ size: Int, _ offset: Int, _ flags: UInt32,
    _ file: inout ByteWriter
  ) {
    file.add(name, width: 8)
    for number in [UInt32(size), place, UInt32(size), UInt32(offset), 0, 0, 0, flags] {
      file.add(number)
    }
  }

  private var exportTable: [UInt8] {
    let names = (exports.map(\.name) + forwarded).sorted {
      $0.utf8.lexicographicallyPrecedes($1.utf8)
    }
    let functions = 40
    let namePlaces = functions + names.count * 4
    let ordinals = namePlaces + names.count * 4
    var texts = ByteWriter()
    let textStart = ordinals + names.count * 2
    func text(_ text: String) -> UInt32 {
      defer { texts.add(text + "\0") }
      return Self.tablePlace + UInt32(textStart + texts.count)
    }
    let ownName = text(name)
    let nameTexts = names.map(text)
    let targets = forwarded.map { text("other.\($0)") }

    var table = ByteWriter()
    table.zeros(upTo: 12)
    table.add(ownName)
    table.add(UInt32(1))
    table.add(UInt32(names.count))
    table.add(UInt32(names.count))
    for place in [functions, namePlaces, ordinals] { table.add(Self.tablePlace + UInt32(place)) }
    // The numbers run against the names, so that mixing them up is seen.
    for name in names.reversed() {
      if let export = exports.first(where: { $0.name == name }) {
        table.add(Self.dataPlace + export.distance)
      } else {
        table.add(forwarded.firstIndex(of: name).map { targets[$0] } ?? 0)
      }
    }
    for place in nameTexts { table.add(place) }
    for index in names.indices { table.add(UInt16(names.count - 1 - index)) }
    table.add(texts.bytes)
    return table.bytes
  }
}
