public import ObjectFile

/// Where an object file has `_PyRuntime`, and how that was found out.
public struct RuntimeLocation: Hashable, Sendable {
  public enum Way: Hashable, Sendable {
    /// The section that CPython puts it in, by its name in this format; with 3.10 and later.
    case section(String)
    /// The symbol `_PyRuntime`; with 3.7 and later.
    case symbol
    /// The cookie of its table, in data; with 3.13 and later.
    case scan
  }

  /// As the linker gave it, before a loader moves it.
  public var address: UInt64
  public var way: Way
  /// Where else symbols say that it is. Empty but for files that hold two runtimes, or lie.
  public var otherAddresses: [UInt64]
}

extension RuntimeLocation {
  /// The names of the section by format; Windows cuts it off after eight letters.
  static let sectionNames: Set = [".PyRuntime", "PyRuntim", "__DATA,PyRuntime"]
  public static let symbolName = "_PyRuntime"

  /// Looks for the section, then for the symbol (of several the one with a table), then for the
  /// cookie.
  ///
  /// - Parameter scanning: whether to look for the cookie, which reads all data of the file.
  /// - Throws: `ObjectFileError` when the file is damaged where it was looked at.
  public static func find(
    in image: ObjectImage, scanning: Bool = true
  ) throws(ObjectFileError) -> RuntimeLocation? {
    let section = try image.sections().first {
      sectionNames.contains($0.name) && $0.hasContents && $0.size > 0
    }
    if let section {
      let symbols = try image.addresses(ofSymbol: symbolName)
      return RuntimeLocation(
        address: section.address, way: .section(section.name),
        otherAddresses: symbols.filter { $0 != section.address })
    }
    let symbols = try image.addresses(ofSymbol: symbolName)
    if var best = symbols.first {
      for address in symbols where try hasCookie(image, address) {
        best = address
        break
      }
      return RuntimeLocation(
        address: best, way: .symbol, otherAddresses: symbols.filter { $0 != best })
    }
    guard scanning, let address = try CookieScan(image: image).first() else { return nil }
    return RuntimeLocation(address: address, way: .scan, otherAddresses: [])
  }

  private static func hasCookie(
    _ image: ObjectImage, _ address: UInt64
  ) throws(ObjectFileError) -> Bool {
    let cookie = DebugOffsetsHeader.cookie
    return try image.bytes(atAddress: address, count: cookie.count).bytes == cookie
  }
}
