extension ModuleName {
  /// `libpython3.12.so.1.0`, `libpython3.6m.so.1.0`, `libpython3.13td.so`.
  static func linux(_ name: Substring) -> ModuleName? {
    var scanner = NameScanner(name)
    guard scanner.skip("libpython3."), let minor = scanner.minor(),
      let flags = scanner.flags(minor: minor), scanner.skip(".so")
    else { return nil }
    _ = scanner.skip(".1.0")
    guard scanner.isAtEnd else { return nil }
    return ModuleName(minor: minor, abiFlags: flags, kind: .linuxLibrary)
  }

  /// `python3.12`, `python3.7m`, `python3.13td`; of Debian and Ubuntu also `python3.11-dbg` and
  /// `python3.13-nogil`.
  static func executable(_ name: Substring) -> ModuleName? {
    var scanner = NameScanner(name)
    guard scanner.skip("python3."), let minor = scanner.minor(),
      var flags = scanner.flags(minor: minor)
    else { return nil }
    if scanner.skip("-dbg") {
      flags.insert(.debug)
    } else if scanner.skip("-nogil") {
      flags.insert(.freeThreaded)
    }
    guard scanner.isAtEnd, flags.exist(inMinor: minor) else { return nil }
    return ModuleName(minor: minor, abiFlags: flags, kind: .executable)
  }
}
