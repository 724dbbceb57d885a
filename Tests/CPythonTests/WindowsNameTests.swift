import CPython
import Testing

@Suite("Names of Windows libraries")
struct WindowsNameTests {
  @Test("every supported series is read from its DLL", arguments: 5...15)
  func everySeries(minor: Int) throws {
    let name = try #require(ModuleName("python3\(minor).dll"))
    #expect(name.series == PythonSeries(3, minor))
    #expect(name.abiFlags == [])
    #expect(name.kind == .windowsLibrary)
    #expect(name.isSupported)
  }

  @Test("`_d` is a debug build in every series", arguments: 5...15)
  func debug(minor: Int) {
    #expect(ModuleName("python3\(minor)_d.dll")?.abiFlags == .debug)
  }

  @Test("`t` is a free-threaded build from 3.13 on", arguments: 13...15)
  func freeThreaded(minor: Int) {
    #expect(ModuleName("python3\(minor)t.dll")?.abiFlags == .freeThreaded)
    #expect(ModuleName("python3\(minor)t_d.dll")?.abiFlags == [.freeThreaded, .debug])
  }

  @Test("`t` before 3.13 names nothing", arguments: ["python312t.dll", "python39t_d.dll"])
  func freeThreadedTooEarly(name: String) {
    #expect(ModuleName(name) == nil)
  }

  @Test(
    "the stable-ABI stubs are not the runtime",
    arguments: ["python3.dll", "python3_d.dll", "python3t.dll", "python3t_d.dll", "PYTHON3.DLL"])
  func stubs(name: String) {
    #expect(ModuleName(name) == nil)
  }

  @Test("case does not matter", arguments: ["PYTHON39.DLL", "Python39.dll", "python39.Dll"])
  func anyCase(name: String) {
    #expect(ModuleName(name)?.series == PythonSeries(3, 9))
  }

  @Test("a whole path is read by its last part")
  func path() {
    #expect(ModuleName(#"C:\Python39\python314t_d.dll"#)?.series == PythonSeries(3, 14))
    #expect(ModuleName(#"C:\python39.dll\other.dll"#) == nil)
  }

  // An expression that matches two or three digits after `python3` takes the digits of the minor
  // for those of the version. It misses the next four kinds, or lets them in.
  @Test("one digit of minor is enough", arguments: ["python35.dll", "python39.dll"])
  func oneDigit(name: String) {
    #expect(ModuleName(name) != nil)
  }

  @Test("three digits of minor are too many", arguments: ["python3100.dll", "python3999.dll"])
  func threeDigits(name: String) {
    #expect(ModuleName(name) == nil)
  }

  @Test(
    "what only resembles a name is refused",
    arguments: [
      "python27.dll", "python34.dll", "python305.dll", "pythoncom313.dll", "pythonw.exe",
      "python313.zip", "python313.dll.bak", "xpython313.dll", "python313d.dll", "python313_dt.dll",
      "python313_dd.dll", "python3１３.dll", "", "python", "python.exe",
    ])
  func lookalikes(name: String) {
    #expect(ModuleName(name) == nil)
  }

  @Test("a series to come is understood, and said not to be supported")
  func future() throws {
    let name = try #require(ModuleName("python316.dll"))
    #expect(name.series == PythonSeries(3, 16))
    #expect(!name.isSupported)
  }
}
