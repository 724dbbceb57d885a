/// A symbol that an ELF file defines (`Elf64_Sym`).
public struct ELFSymbol: Hashable, Sendable {
  /// Where it was found.
  public enum Table: String, Hashable, Sendable {
    /// `.dynsym`: what the loader sees.
    case dynamic
    /// `.symtab`: what debuggers see, often stripped.
    case full
  }

  /// What it names, by the low half of `st_info`; open.
  public struct Kind: RawRepresentable, Hashable, Sendable {
    public let rawValue: UInt8
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    public static let object = Kind(rawValue: 1)
    public static let function = Kind(rawValue: 2)
    public static let threadLocal = Kind(rawValue: 6)
    /// A function that chooses the function (`STT_GNU_IFUNC`): do not call it as the function.
    public static let indirectFunction = Kind(rawValue: 10)
  }

  static let size = 24

  public var name: String
  /// The address in the file's own space, before the loader moves it; for a ``Kind/threadLocal``
  /// symbol an offset into the thread's block.
  public var value: UInt64
  /// In bytes; 0 where the compiler did not say.
  public var size: UInt64
  public var kind: Kind
  /// The index of its section.
  public var section: UInt16
  public var table: Table
}

/// A symbol as it stands in the file.
struct RawSymbol {
  var nameOffset: UInt32
  var information: UInt8
  var section: UInt16
  var value: UInt64
  var size: UInt64

  init(_ table: FileBytes, at start: Int) throws(ObjectFileError) {
    nameOffset = try table.number(at: start)
    information = try table.number(at: start + 4)
    section = try table.number(at: start + 6)
    value = try table.number(at: start + 8)
    size = try table.number(at: start + 16)
  }

  /// Whether this file defines it, rather than needs it from another.
  var isDefined: Bool { section != 0 }

  func named(_ name: String, in table: ELFSymbol.Table) -> ELFSymbol {
    ELFSymbol(
      name: name, value: value, size: size, kind: ELFSymbol.Kind(rawValue: information & 0xf),
      section: section, table: table)
  }
}
