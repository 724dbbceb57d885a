import CPython
import Testing

@Suite("Versions")
struct VersionTests {
  @Test("releases are ordered as sys.version_info is")
  func order() {
    let sorted = [
      PythonVersion(3, 9, 18), PythonVersion(3, 10, 0, releaseLevel: .alpha, serial: 7),
      PythonVersion(3, 10, 0, releaseLevel: .beta, serial: 1),
      PythonVersion(3, 10, 0, releaseLevel: .candidate, serial: 2), PythonVersion(3, 10, 0),
      PythonVersion(3, 10, 1),
    ]
    #expect(sorted.reversed().sorted() == sorted)
  }

  @Test("a version is written as its release is called")
  func description() {
    #expect("\(PythonVersion(3, 15, 0, releaseLevel: .candidate, serial: 2))" == "3.15.0rc2")
    #expect("\(PythonVersion(3, 14, 0, releaseLevel: .alpha, serial: 1))" == "3.14.0a1")
    #expect("\(PythonVersion(3, 12, 1))" == "3.12.1")
  }

  @Test("flags are written in the order of sys.abiflags")
  func flags() {
    #expect("\(ABIFlags([.debug, .freeThreaded]))" == "td")
    #expect("\(ABIFlags([.pymalloc, .debug]))" == "dm")
  }

  @Test("the supported series are 3.5 to 3.15")
  func supported() {
    #expect(PythonSeries.allSupported.map(\.description) == (5...15).map { "3.\($0)" })
  }

  @Test(
    "a comparison means as many components as it names",
    arguments: [
      (">=3.12", "3.12.0", true), (">=3.12", "3.11.9", false), ("<=3.12", "3.12.7", true),
      ("<=3.12.1", "3.12.2", false), (">3.12", "3.12.7", false), (">3.12", "3.13.0", true),
      ("<3.12", "3.12.0", false), ("==3.12", "3.12.4", true), ("==3.12.1", "3.12.4", false),
      ("!=3.12", "3.12.4", false), ("!=3.10.0", "3.10.1", true), (">=3.9,<3.12", "3.11.2", true),
      (">=3.9,<3.12", "3.12.0", false), (">= 3.9, < 3.12", "3.10.1", true), (">=3", "3.5.0", true),
    ])
  func ranges(range: String, version: String, contained: Bool) throws {
    let parts = version.split(separator: ".").compactMap { Int($0) }
    let version = PythonVersion(parts[0], parts[1], parts[2])
    #expect(try VersionRange(parsing: range).contains(version) == contained)
  }

  @Test(
    "what is not a range says which form is expected",
    arguments: [
      ("3.12", ">=3.6"), (">=", "3.12 or 3.12.1"), (">=3.x", "3.12 or 3.12.1"), ("", ">=3.6"),
      (">=3.9,", ">=3.9,<3.12"), (">=3.9.1.2", "3.12.1"), (">=-3", "3.12"),
    ])
  func notRanges(text: String, hint: String) {
    let error = #expect(throws: VersionRange.ParseError.self) { try VersionRange(parsing: text) }
    #expect(error?.description.contains(hint) == true)
  }
}
