import CPython
import Harness
import Interpreters
import SystemPackage
import Testing

@Suite("A cell configuration")
struct CellConfigurationTests {
  private func interpreter(
    _ minor: Int, remoteDebugging: Interpreter.RemoteDebugging = .supported,
    library: FilePath? = "/p/lib/libpython.so"
  ) -> Interpreter {
    Interpreter(
      version: PythonVersion(3, minor, 1), abiFlags: [],
      linkage: library.map { .shared(library: $0) } ?? .static, libc: .gnu,
      architecture: "x86_64", operatingSystem: "linux", path: "/p/bin/python",
      realPath: "/p/bin/python", prefix: "/p", source: .path, remoteDebugging: remoteDebugging)
  }

  @Test("is named by what differs from the default")
  func suffix() {
    #expect(CellConfiguration().suffix == "")
    #expect(
      CellConfiguration(entry: .inject, host: .embedded, executionControl: .trace).suffix
        == " inject embedded trace")
  }

  @Test("has the injector up to 3.13 and safe attach from 3.14 on", arguments: 5...15)
  func entries(_ minor: Int) {
    #expect(CellConfiguration().obstacle(on: interpreter(minor)) == nil)
    #expect(
      (CellConfiguration(entry: .inject).obstacle(on: interpreter(minor)) == nil) == (minor <= 13))
    #expect(
      (CellConfiguration(entry: .safe).obstacle(on: interpreter(minor)) == nil) == (minor >= 14))
  }

  @Test("has no safe attach in a build without remote debugging")
  func withoutRemoteDebugging() {
    let built = interpreter(14, remoteDebugging: .disabled)
    #expect(
      CellConfiguration(entry: .safe).obstacle(on: built)
        == "this build was configured without remote debugging")
  }

  @Test("is embedded where there is a library to embed")
  func embedding() {
    #expect(CellConfiguration(host: .embedded).obstacle(on: interpreter(12)) == nil)
    #expect(CellConfiguration(host: .embedded).obstacle(on: interpreter(12, library: nil)) != nil)
  }

  @Test("is watched by sys.monitoring from 3.12 on", arguments: 5...15)
  func monitoring(_ minor: Int) {
    let configuration = CellConfiguration(executionControl: .monitoring)
    #expect((configuration.obstacle(on: interpreter(minor)) == nil) == (minor >= 12))
  }
}
