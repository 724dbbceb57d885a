import CPython
import Testing

@Suite("Names of Linux and macOS files")
struct UnixNameTests {
  struct Example: Sendable, CustomTestStringConvertible {
    var name: String
    var minor: Int
    var flags: ABIFlags = []
    var kind: ModuleName.Kind
    var testDescription: String { name }
  }

  @Test(
    "a name tells series, flags and kind",
    arguments: [
      Example(
        name: "libpython3.5dm.so.1.0", minor: 5, flags: [.debug, .pymalloc], kind: .linuxLibrary),
      Example(name: "libpython3.6m.so.1.0", minor: 6, flags: .pymalloc, kind: .linuxLibrary),
      Example(name: "libpython3.7d.so.1.0", minor: 7, flags: .debug, kind: .linuxLibrary),
      Example(name: "/usr/lib/libpython3.8.so.1.0", minor: 8, kind: .linuxLibrary),
      Example(name: "libpython3.9d.so.1.0", minor: 9, flags: .debug, kind: .linuxLibrary),
      Example(name: "libpython3.12.so", minor: 12, kind: .linuxLibrary),
      Example(name: "libpython3.13t.so.1.0", minor: 13, flags: .freeThreaded, kind: .linuxLibrary),
      Example(
        name: "libpython3.15td.so.1.0", minor: 15, flags: [.freeThreaded, .debug],
        kind: .linuxLibrary),
      Example(name: "/usr/bin/python3.11", minor: 11, kind: .executable),
      Example(name: "python3.7m", minor: 7, flags: .pymalloc, kind: .executable),
      Example(name: "python3.6dm", minor: 6, flags: [.debug, .pymalloc], kind: .executable),
      Example(name: "python3.11-dbg", minor: 11, flags: .debug, kind: .executable),
      Example(name: "python3.14d", minor: 14, flags: .debug, kind: .executable),
      Example(name: "python3.13-nogil", minor: 13, flags: .freeThreaded, kind: .executable),
      Example(name: "python3.13td", minor: 13, flags: [.freeThreaded, .debug], kind: .executable),
      Example(name: "libpython3.13t.dylib", minor: 13, flags: .freeThreaded, kind: .macLibrary),
      Example(
        name: "/Library/Frameworks/Python.framework/Versions/3.12/Python", minor: 12,
        kind: .macFramework),
      Example(
        name: "/Library/Frameworks/PythonT.framework/Versions/3.14/PythonT", minor: 14,
        flags: .freeThreaded, kind: .macFramework),
      Example(
        name: "Python.framework/Versions/3.9/Resources/Python.app/Contents/MacOS/Python", minor: 9,
        kind: .executable),
    ])
  func examples(example: Example) throws {
    let name = try #require(ModuleName(example.name))
    #expect(name.series == PythonSeries(3, example.minor))
    #expect(name.abiFlags == example.flags)
    #expect(name.kind == example.kind)
  }

  @Test(
    "what only resembles a name is refused",
    arguments: [
      "libpython3.so", "libpython3.so.1.0", "libpython3.13.a", "libpython2.7.so.1.0",
      "libpython3.4m.so.1.0", "libpython3.8m.so.1.0", "libpython3.12t.so.1.0",
      "libpython3.100.so.1.0", "libpython3.13dt.so.1.0", "libpython3.13.so.2.0",
      "libpython3.13.so.1.0.bak", "LIBPYTHON3.13.so", "libpython3.05.so",
      "_ssl.cpython-313-x86_64-linux-gnu.so", "python", "python3", "python3.", "python3.11-config",
      "python3.11-gdb.py", "python3.12t", "python3.12-nogil", "python3.8m", "Python3.12",
      "pypy3.10", "python2.7", "python3.4", "python3.11-dbg-config",
      "/Library/Frameworks/Python.framework/Versions/Current/Python",
      "/Library/Frameworks/PythonT.framework/Versions/3.12/PythonT",
      "/Library/Frameworks/Python.framework/Versions/3.13/PythonT",
      "/Library/Frameworks/Python.framework/Versions/3.13t/Python",
      "/Library/Frameworks/Python.framework/Versions/3.13/lib/libssl.dylib",
    ])
  func lookalikes(name: String) {
    #expect(ModuleName(name) == nil)
  }
}
