import CPython
import Interpreters
import SystemPackage

extension Interpreter {
  /// An interpreter as a test needs it.
  static func sample(
    _ minor: Int, _ micro: Int = 0, flags: ABIFlags = [], shared: Bool = false,
    source: Source = .pyenv, folder: String = "/opt", aliases: Set<FilePath> = []
  ) -> Interpreter {
    let linkage = shared ? "shared" : "static"
    let path = FilePath("\(folder)/\(minor).\(micro)\(flags)-\(linkage)/bin/python3.\(minor)")
    let library = FilePath("/opt/lib/libpython3.\(minor).so.1.0")
    return Interpreter(
      version: PythonVersion(3, minor, micro), abiFlags: flags,
      linkage: shared ? .shared(library: library) : .static, libc: .gnu, architecture: "x86_64",
      operatingSystem: "linux", path: path, realPath: path,
      prefix: path.removingLastComponent().removingLastComponent(), source: source,
      remoteDebugging: minor < 14 ? .unsupported : .supported, aliases: aliases)
  }
}
