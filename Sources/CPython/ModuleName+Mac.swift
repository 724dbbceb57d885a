extension ModuleName {
  /// The binary of a framework, the application stub inside it, or a library outside of one.
  static func mac(_ path: String, _ name: Substring) -> ModuleName? {
    macLibrary(name) ?? macFramework(path)
  }

  /// `libpython3.12.dylib`.
  private static func macLibrary(_ name: Substring) -> ModuleName? {
    var scanner = NameScanner(name)
    guard scanner.skip("libpython3."), let minor = scanner.minor(),
      let flags = scanner.flags(minor: minor), scanner.skip(".dylib"), scanner.isAtEnd
    else { return nil }
    return ModuleName(minor: minor, abiFlags: flags, kind: .macLibrary)
  }

  /// `Python.framework/Versions/3.12/Python`, `PythonT.framework/Versions/3.13/PythonT`.
  private static func macFramework(_ path: String) -> ModuleName? {
    let parts = path.split(separator: "/")
    guard
      let index = parts.lastIndex(where: { $0 == "Python.framework" || $0 == "PythonT.framework" }),
      parts.count > index + 3, parts[index + 1] == "Versions"
    else { return nil }
    let freeThreaded = parts[index] == "PythonT.framework"
    let flags: ABIFlags = freeThreaded ? .freeThreaded : []

    var scanner = NameScanner(parts[index + 2])
    guard scanner.skip("3."), let minor = scanner.minor() else { return nil }
    if freeThreaded { _ = scanner.skip("t") }
    guard scanner.isAtEnd, flags.exist(inMinor: minor) else { return nil }

    let rest = Array(parts[(index + 3)...])
    if rest == [freeThreaded ? "PythonT" : "Python"] {
      return ModuleName(minor: minor, abiFlags: flags, kind: .macFramework)
    }
    let stub = ["Resources", "Python.app", "Contents", "MacOS", "Python"]
    guard rest.elementsEqual(stub, by: { $0 == $1 }) else { return nil }
    return ModuleName(minor: minor, abiFlags: flags, kind: .executable)
  }
}
