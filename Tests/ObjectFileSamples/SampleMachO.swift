/// A small Mach-O library, made for a test.
public struct SampleMachO {
  public enum Names: Sendable, CaseIterable {
    case table, tree
  }

  public var processor: UInt32 = 0x0100_000c
  public var data: [UInt8] = []
  public var dataSection = "PyRuntime"
  /// As C calls them, with their distance from the start of the data.
  public var symbols: [(name: String, distance: UInt64)] = []
  public var names = Names.table
  public var uuid: [UInt8] = Array(1...16)

  public init() {}

  public static let base: UInt64 = 0x1_0000_0000
  private static let dataOffset = 0x1000
  /// Its address is not its place in the file.
  public var dataAddress: UInt64 { Self.base + 0x8000 }

  public var bytes: [UInt8] {
    let linkStart = Self.dataOffset + (data.count + 15) / 16 * 16
    let tree = names == .tree ? exportTree : []
    var texts = NameTable()
    var entries = ByteWriter()
    if names == .table {
      for symbol in symbols {
        entries.add(texts.add("_" + symbol.name))
        entries.add([0x0f, 2, 0, 0])
        entries.add(dataAddress + symbol.distance)
      }
    }
    var commands: [[UInt8]] = [
      segment("__TEXT", Self.base, 0x8000, 0, UInt64(Self.dataOffset), 5, section: nil),
      segment(
        "__DATA", dataAddress, 0x4000, UInt64(Self.dataOffset), UInt64(data.count), 3,
        section: dataSection),
    ]
    var command = ByteWriter()
    for number in [0x1b, 24] as [UInt32] { command.add(number) }
    command.add(uuid)
    commands.append(command.bytes)
    command = ByteWriter()
    if names == .table {
      let count = UInt32(symbols.count)
      for number in [
        2, 24, UInt32(linkStart), count, UInt32(linkStart + entries.count),
        UInt32(texts.bytes.count),
      ] { command.add(number) }
    } else {
      for number in [0x8000_0033, 16, UInt32(linkStart), UInt32(tree.count)] { command.add(number) }
    }
    commands.append(command.bytes)

    var file = ByteWriter()
    let size = commands.map(\.count).reduce(0, +)
    for number in [0xfeed_facf, processor, 0, 6, UInt32(commands.count), UInt32(size), 0, 0] {
      file.add(number)
    }
    for command in commands { file.add(command) }
    file.zeros(upTo: Self.dataOffset)
    file.add(data)
    file.zeros(upTo: linkStart)
    file.add(names == .table ? entries.bytes + texts.bytes : tree)
    return file.bytes
  }

  private func segment(
    _ name: String, _ address: UInt64, _ size: UInt64, _ offset: UInt64, _ fileSize: UInt64,
    _ rights: UInt32, section: String?
  ) -> [UInt8] {
    var command = ByteWriter()
    for number in [0x19, section == nil ? 72 : 152] as [UInt32] { command.add(number) }
    command.add(name, width: 16)
    for number in [address, size, offset, fileSize] { command.add(number) }
    for number in [rights, rights, section == nil ? 0 : 1, 0] { command.add(number) }
    guard let section else { return command.bytes }
    command.add(section, width: 16)
    command.add(name, width: 16)
    for number in [address, fileSize] { command.add(number) }
    for number in [UInt32(offset), 3, 0, 0, 0, 0, 0, 0] { command.add(number) }
    return command.bytes
  }

  /// A root with one edge for each symbol but for their common beginning, `_`.
  private var exportTree: [UInt8] {
    func number(_ value: UInt64) -> [UInt8] {
      // Always five bytes, so that places are known before.
      (0..<5).map { UInt8(value >> (7 * $0) & 0x7f) | ($0 < 4 ? 0x80 : 0) }
    }
    let root: [UInt8] = [0, 1, 0x5f, 0] + number(9)
    let edges = symbols.map { Array($0.name.utf8) + [0] }
    let leaves = 9 + 2 + edges.map { $0.count + 5 }.reduce(0, +)
    var inner: [UInt8] = [0, UInt8(symbols.count)]
    var nodes: [UInt8] = []
    for (edge, symbol) in zip(edges, symbols) {
      inner += edge + number(UInt64(leaves + nodes.count))
      nodes += [6, 0] + number(dataAddress - Self.base + symbol.distance) + [0]
    }
    return root + inner + nodes
  }

  /// A universal file with these parts.
  public static func universal(_ parts: [SampleMachO], wide: Bool = false) -> [UInt8] {
    var file = ByteWriter()
    file.add((wide ? 0xcafe_babf : 0xcafe_babe as UInt32).byteSwapped)
    file.add(UInt32(parts.count).byteSwapped)
    var offset = 0x1000
    var contents: [(Int, [UInt8])] = []
    for part in parts {
      let bytes = part.bytes
      file.add(part.processor.byteSwapped)
      file.add(UInt32(0))
      if wide {
        file.add(UInt64(offset).byteSwapped)
        file.add(UInt64(bytes.count).byteSwapped)
        file.add(UInt64(0))
      } else {
        file.add(UInt32(offset).byteSwapped)
        file.add(UInt32(bytes.count).byteSwapped)
        file.add(UInt32(0))
      }
      contents.append((offset, bytes))
      offset += (bytes.count + 0xfff) / 0x1000 * 0x1000
    }
    for (offset, bytes) in contents {
      file.zeros(upTo: offset)
      file.add(bytes)
    }
    return file.bytes
  }
}
