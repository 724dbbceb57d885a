extension ObjectImage {
  public enum Format: String, Hashable, Sendable {
    case elf = "ELF"
    case pe = "PE"
    case machO = "Mach-O"
  }

  public var format: Format {
    switch contents {
    case .elf: .elf
    case .pe: .pe
    case .machO: .machO
    }
  }

  /// The processor, by the name that Python's `platform.machine()` has on Linux; a number where it
  /// is another one.
  public var architecture: String {
    switch contents {
    case .elf(let file):
      switch file.machine {
      case 62: "x86_64"
      case 183: "aarch64"
      case 243: "riscv64"
      case 21: "ppc64le"
      case let other: "machine \(other)"
      }
    case .pe(let file):
      switch file.machine {
      case 0x8664: "x86_64"
      case 0xaa64: "aarch64"
      case 0x14c: "x86"
      case let other: "machine \(other)"
      }
    case .machO(let file):
      switch file.processor {
      case 0x0100_0007: "x86_64"
      case 0x0100_000c: "aarch64"
      case let other: "processor \(other)"
      }
    }
  }

  /// In bytes.
  public var pointerSize: Int {
    if case .pe(let file) = contents { return file.is64Bit ? 8 : 4 }
    return 8
  }

  /// What names this build: the build id of ELF, the UUID of Mach-O.
  ///
  /// - Throws: ``ObjectFileError`` when it is damaged.
  public func buildID() throws(ObjectFileError) -> [UInt8]? {
    switch contents {
    case .elf(let file): try file.buildID()
    case .pe: nil
    case .machO(let file): file.uuid
    }
  }

  /// The name by which others need this library, if it is one.
  ///
  /// - Throws: ``ObjectFileError`` when it is damaged.
  public func libraryName() throws(ObjectFileError) -> String? {
    switch contents {
    case .elf(let file): try file.soname()
    case .pe(let file): try file.exportedName()
    case .machO(let file): file.installName
    }
  }
}
