import ObjectFile

/// What tells the version of a CPython without a table.
struct VersionEvidence {
  let image: ObjectImage

  func version() throws(ObjectFileError) -> (PythonVersion, ImageRuntime.VersionSource)? {
    if let address = try image.address(ofSymbol: "Py_Version") {
      let bytes = try image.bytes(atAddress: address, count: 4)
      if bytes.count == 4, let version = PythonVersion(word: try bytes.number(at: 0)) {
        return (version, .symbol)
      }
    }
    return try text().map { ($0, .text) }
  }

  /// `PY_VERSION` in constant data: the only one there, or the only one of the
  /// series that the library's name tells.
  private func text() throws(ObjectFileError) -> PythonVersion? {
    var found: Set<PythonVersion> = []
    for region in image.regions where !region.isWritable {
      let bytes = try image.bytes(
        atAddress: region.address, count: Int(clamping: min(region.size, 32 << 20)))
      found.formUnion(Self.versions(in: bytes.bytes))
    }
    if let series = try image.libraryName().flatMap({ ModuleName($0) })?.series {
      found = found.filter { $0.series == series }
    }
    return found.count == 1 ? found.first : nil
  }

  /// Every text `3.N.N` that a zero byte ends. Linkers may have put it at the end of a longer one,
  /// such as a path, but not behind a letter, a digit or a dot.
  static func versions(in bytes: [UInt8]) -> Set<PythonVersion> {
    var found: Set<PythonVersion> = []
    bytes.withUnsafeBufferPointer { bytes in
      guard bytes.count > 4 else { return }
      for start in 1..<(bytes.count - 3)
      where bytes[start] == UInt8(ascii: "3") && bytes[start + 1] == UInt8(ascii: ".")
        && !isPartOfWord(bytes[start - 1])
      {
        let text = bytes[start...].prefix(12)
        guard let end = text.firstIndex(of: 0) else { continue }
        let parts = text[..<end].split(
          separator: UInt8(ascii: "."), omittingEmptySubsequences: false
        )
        .map { $0.count > 3 ? nil : UInt8(String(decoding: $0, as: UTF8.self)) }
        guard parts.count == 3, let minor = parts[1], let micro = parts[2], minor >= 5 else {
          continue
        }
        found.insert(PythonVersion(3, Int(minor), Int(micro)))
      }
    }
    return found
  }

  private static func isPartOfWord(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
      UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "."):
      true
    default: false
    }
  }
}
