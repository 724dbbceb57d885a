/// What the name of a file says about the CPython inside it.
///
/// A name is a hint, never proof: `python3` and a virtual environment's `python` say nothing, and a
/// renamed file lies. Where names say nothing, symbols do (`_PyRuntime`, `Py_Version`).
///
/// The names are those that CPython's own build gives (`configure.ac`, `PCbuild/python.props`,
/// `Mac/README.rst`), and Debian's for its debug executables.
public struct ModuleName: Hashable, Sendable {
  /// What kind of file has such a name.
  public enum Kind: Hashable, Sendable, CaseIterable {
    /// `python3.12`, `python3.13t`, `python3.11-dbg`.
    case executable
    /// `libpython3.12.so.1.0`, or the `.so` that compilers link against.
    case linuxLibrary
    /// `python312.dll`.
    case windowsLibrary
    /// `Python.framework/Versions/3.12/Python`.
    case macFramework
    /// `libpython3.12.dylib`.
    case macLibrary
  }

  public var series: PythonSeries
  public var abiFlags: ABIFlags
  public var kind: Kind

  /// Whether this project knows the series. A name of 3.16 is understood, yet not supported.
  public var isSupported: Bool { PythonSeries.supported.contains(series) }

  init(minor: Int, abiFlags: ABIFlags, kind: Kind) {
    self.series = PythonSeries(3, minor)
    self.abiFlags = abiFlags
    self.kind = kind
  }

  /// Reads a file name, or a path to such a file in the notation of any system.
  ///
  /// Nil when the name does not tell a series from 3.5 on: also for the stable-ABI stubs
  /// `python3.dll`, `python3t.dll` and `libpython3.so`, which are not the runtime.
  public init?(_ path: String) {
    let name = path.split(separator: "/").last ?? ""
    guard
      let found = Self.windows(name) ?? Self.linux(name) ?? Self.executable(name)
        ?? Self.mac(path, name)
    else { return nil }
    self = found
  }
}
