extension ModuleName {
  /// `python35.dll` to `python399.dll`, then `t` (from 3.13 on) and `_d`, in any case.
  static func windows(_ name: Substring) -> ModuleName? {
    let name = name.split(separator: "\\").last ?? ""
    var scanner = NameScanner(name.lowercased()[...])
    guard scanner.skip("python3"), let minor = scanner.minor() else { return nil }
    var flags: ABIFlags = []
    if scanner.skip("t") { flags.insert(.freeThreaded) }
    if scanner.skip("_d") { flags.insert(.debug) }
    guard scanner.skip(".dll"), scanner.isAtEnd, flags.exist(inMinor: minor) else { return nil }
    return ModuleName(minor: minor, abiFlags: flags, kind: .windowsLibrary)
  }
}
