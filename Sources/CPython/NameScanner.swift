/// Takes a file name apart from left to right.
struct NameScanner {
  private var rest: Substring

  init(_ name: Substring) { rest = name }

  var isAtEnd: Bool { rest.isEmpty }

  mutating func skip(_ prefix: String) -> Bool {
    guard rest.hasPrefix(prefix) else { return false }
    rest.removeFirst(prefix.count)
    return true
  }

  /// One or two digits without a leading zero, 5 at least: `python3100.dll` is no CPython.
  mutating func minor() -> Int? {
    let digits = rest.prefix { ("0"..."9").contains($0) }
    guard (1...2).contains(digits.count), digits.first != "0", let minor = Int(digits), minor >= 5
    else { return nil }
    rest.removeFirst(digits.count)
    return minor
  }

  /// The letters of `sys.abiflags` in its order; nil when that minor has no such flags.
  mutating func flags(minor: Int) -> ABIFlags? {
    var flags: ABIFlags = []
    if skip("t") { flags.insert(.freeThreaded) }
    if skip("d") { flags.insert(.debug) }
    if skip("m") { flags.insert(.pymalloc) }
    return flags.exist(inMinor: minor) ? flags : nil
  }
}

extension ABIFlags {
  /// `t` came with 3.13 (PEP 703), `m` went with 3.8 (bpo-36707).
  func exist(inMinor minor: Int) -> Bool {
    (!contains(.freeThreaded) || minor >= 13) && (!contains(.pymalloc) || minor <= 7)
  }
}
