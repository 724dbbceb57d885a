import CPython

extension Resolution.Missing {
  init(_ name: String, for request: InterpreterRequest, in found: [Interpreter]) {
    self.init(
      name: name, request: "\(request)", reason: Self.reason(name, request, found),
      hint: Self.hint(name, request))
  }

  private static func reason(
    _ name: String, _ request: InterpreterRequest, _ found: [Interpreter]
  ) -> String {
    switch request {
    case .all: return "no CPython was found on this machine"
    case .path: return "it is not a CPython that can be used"
    case .range, .span: return "not found on this machine"
    case .release(let release):
      let near = found.filter { $0.version.series == release.series }
        .map { "\($0.version)\($0.variant)" }
      let builds = Set(near).sorted().joined(separator: ", ")
      return "not found on this machine" + (builds.isEmpty ? "" : ", only \(builds)")
    }
  }

  private static func hint(_ name: String, _ request: InterpreterRequest) -> String {
    switch request {
    case .path: return "give the path of an executable or of an installation's folder"
    case .all: return "get some with scripts/pythons"
    case .range: return "get one that fits with scripts/pythons, uv python install or pyenv install"
    case .release(let release): return hint(name, release.series, release.flags)
    case .span(let series, let flags):
      // Each series of the span is missed by its own name.
      let missed = PythonSeries.allSupported.first { "\($0)\(flags)" == name }
      return hint(name, missed ?? series.lowerBound, flags)
    }
  }

  /// uv offers builds from 3.8 on; pyenv builds everything, a debug build by an option.
  private static func hint(_ name: String, _ series: PythonSeries, _ flags: ABIFlags) -> String {
    // The script gets the release of a series that Debian has, whichever that is.
    let script =
      name == "\(series)\(flags)" && isInDebian(series, flags) ? ["scripts/pythons \(name)"] : []
    let uv = series >= PythonSeries(3, 8) ? ["uv python install \(name)"] : []
    let pyenv =
      flags.contains(.debug)
      ? "pyenv install --debug \(name.filter { $0 != "d" })" : "pyenv install \(name)"
    return "get it with " + (script + uv + [pyenv]).joined(separator: ", or ")
  }

  /// What `scripts/pythons` knows how to get; see `docs/pythons.md`.
  private static func isInDebian(_ series: PythonSeries, _ flags: ABIFlags) -> Bool {
    series.release?.packagedBuilds.contains(flags) ?? false
  }
}
