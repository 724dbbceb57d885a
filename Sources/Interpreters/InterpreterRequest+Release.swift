import CPython

extension InterpreterRequest {
  /// - Parameter whole: what to quote when it is wrong.
  static func release(_ text: Substring, in whole: String) throws(ParseError) -> Release {
    var scanner = Scanner(rest: text.lowercased()[...])
    let series = try scanner.series(whole)
    var release = Release(series)
    if scanner.skip(".") {
      guard let micro = scanner.number() else { throw .unknown(whole) }
      release.micro = micro
      release.prerelease = scanner.prerelease()
    }
    guard let flags = scanner.flags(), scanner.rest.isEmpty else { throw .unknown(whole) }
    release.flags = flags
    guard PythonSeries.supported.contains(series) else { throw .outsideSupported(whole) }
    if flags.contains(.freeThreaded), series < PythonSeries(3, 13) {
      throw .noSuchBuild(whole, reason: "free-threaded builds exist from 3.13 on")
    }
    return release
  }

  /// Takes a version apart from left to right.
  private struct Scanner {
    var rest: Substring

    mutating func skip(_ prefix: String) -> Bool {
      guard rest.hasPrefix(prefix) else { return false }
      rest.removeFirst(prefix.count)
      return true
    }

    /// At most nine digits, so that it cannot overflow.
    mutating func number() -> Int? {
      let digits = rest.prefix { $0.isASCII && $0.isNumber }
      guard digits.count <= 9, let number = Int(digits) else { return nil }
      rest.removeFirst(digits.count)
      return number
    }

    /// `3.12`, `python3.12`, `cpython@3.12`, or `cp312`.
    mutating func series(_ whole: String) throws(ParseError) -> PythonSeries {
      let named = skip("cpython") || skip("python")
      if !named, skip("cp"), let digits = number() {
        let minor = String(digits).dropFirst()
        guard String(digits).first == "3", let minor = Int(minor) else { throw .unknown(whole) }
        return PythonSeries(3, minor)
      }
      if named { _ = skip("@") || skip("-") }
      guard let major = number() else { throw .unknown(whole) }
      guard skip("."), let minor = number() else {
        throw major == 3 || !rest.isEmpty ? .unknown(whole) : .outsideSupported(whole)
      }
      return PythonSeries(major, minor)
    }

    mutating func prerelease() -> Prerelease? {
      let before = rest
      for level in PythonVersion.ReleaseLevel.allCases where level != .final {
        if skip(level.suffix), let serial = number() { return Prerelease(level, serial) }
        rest = before
      }
      return nil
    }

    /// `t`, `d`, `td`, or uv's long words. Nil when a word is not one of them.
    mutating func flags() -> ABIFlags? {
      var flags: ABIFlags = []
      if skip("t") { flags.insert(.freeThreaded) }
      if skip("d") { flags.insert(.debug) }
      while skip("+") {
        if skip("freethreaded") {
          flags.insert(.freeThreaded)
        } else if skip("debug") {
          flags.insert(.debug)
        } else if !skip("gil") || flags.contains(.freeThreaded) {
          return nil
        }
      }
      return flags
    }
  }
}
