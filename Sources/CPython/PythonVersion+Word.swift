extension PythonVersion {
  /// Reads `PY_VERSION_HEX`, as `Py_Version` and the debug offsets hold it: `0x030e0af0` is 3.14.10.
  ///
  /// Nil for a word that no release has: another major version than 3, or an unknown level.
  public init?(word: UInt32) {
    let level: ReleaseLevel
    switch word >> 4 & 0xf {
    case 0xa: level = .alpha
    case 0xb: level = .beta
    case 0xc: level = .candidate
    case 0xf: level = .final
    default: return nil
    }
    guard word >> 24 == 3 else { return nil }
    self.init(
      3, Int(word >> 16 & 0xff), Int(word >> 8 & 0xff), releaseLevel: level,
      serial: Int(word & 0xf))
  }
}
