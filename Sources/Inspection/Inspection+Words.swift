import CPython
import ObjectFile

/// The words that the text and the comparison use alike.
extension Inspection {
  var versionName: String { version.map(\.description) ?? series.map { "\($0)" } ?? "unknown" }

  /// What the version comes from.
  var versionOrigin: String {
    if offsets != nil { return "its table of debug offsets" }
    if runtime.version == nil { return series == nil ? "nothing in the file" : "the file's name" }
    return switch runtime.versionSource {
    case .symbol?: "the constant Py_Version"
    case .text?: "a text among its constants"
    case .table?, nil: "its table of debug offsets"
    }
  }

  /// `release build with a GIL`, `debug build, free-threaded`.
  var buildName: String {
    let kind = abiFlags.contains(.debug) ? "debug build" : "release build"
    return kind + (abiFlags.contains(.freeThreaded) ? ", free-threaded" : " with a GIL")
  }

  var abiName: String { abiFlags.isEmpty ? "no letters" : "\(abiFlags)" }

  var formatName: String { "\(runtime.image.format.rawValue) \(runtime.image.architecture)" }

  /// `static` when the executable has the runtime itself, as far as the file tells.
  var linkage: String {
    runtime.image.isLibrary ? "shared: the runtime is in a library" : "static: in the executable"
  }

  var locationWay: String {
    switch runtime.location?.way {
    case .section(let name)?: "section \(name)"
    case .symbol?: "symbol \(RuntimeLocation.symbolName)"
    case .scan?: "the cookie of its table"
    case nil: "not found"
    }
  }

  /// Why there are no offsets; nil when there are.
  var tableProblem: String? {
    switch table {
    case .present: nil
    case .refused(let error): error.description
    case .none:
      series.map { $0 >= PythonSeries(3, 13) } == true
        ? "none was found, although \(versionName) has one"
        : "\(versionName) has none: CPython has had one since 3.13"
    }
  }

  var remoteDebuggingName: String {
    switch remoteDebugging {
    case .unsupported: "not in this version: CPython has had it since 3.14"
    case .present: "in this build; a process may switch it off when it starts"
    case .on: "on"
    case .off: "off: switched off by an option, the environment or the build"
    case .unknown: "unknown"
    }
  }
}

extension ObjectImage {
  /// Whether it is a library rather than an executable.
  var isLibrary: Bool {
    switch contents {
    // Position-independent executables are of the kind of libraries; only these name a loader.
    case .elf(let file):
      file.kind == .shared && !file.segments.contains { $0.kind == .interpreter }
    case .pe(let file): file.isLibrary
    case .machO(let file): file.kind == 6
    }
  }
}
