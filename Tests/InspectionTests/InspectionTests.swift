import CPython
import ObjectFile
import ObjectFileSamples
import SystemPackage
import TargetProcess
import Testing

@testable import Inspection

struct InspectionTests {
  @Test("digits alone are a process, everything else is a file")
  func subjects() {
    #expect(InspectionSubject("4711") == .process(4711))
    #expect(InspectionSubject("./4711") == .file("./4711"))
    #expect(InspectionSubject("python314.dll") == .file("python314.dll"))
    for text in ["", "0", "2147483648", "99999999999999999999"] {
      #expect(InspectionSubject(text) == nil)
    }
  }

  @Test(
    "what cannot be inspected is told with a reason and a next step",
    arguments: [
      ("/no/such/file", "cannot read /no/such/file: No such file or directory"),
      ("/tmp", "/tmp is a folder; name the executable or the library in it"),
      ("/dev/null", "/dev/null is no regular file; name an executable or a library"),
      ("/etc/passwd", "/etc/passwd is no executable or library (ELF, PE or Mach-O)"),
    ])
  func refusals(_ path: String, _ beginning: String) {
    let error = #expect(throws: InspectionError.self) { try Inspection.file(FilePath(path)) }
    #expect(error?.description.hasPrefix(beginning) == true, "\(error as Any)")
  }

  @Test("a process that is not there is told as that")
  func gone() {
    #expect(throws: InspectionError.process(.gone(pid: 4_194_305))) {
      try Inspection.process(4_194_305)
    }
  }

  @Test("a refusal of the system is not told as 'no Python'")
  func notPermitted() {
    let error = InspectionError.process(
      .notPermitted(pid: 5, errno: Errno.notPermitted.rawValue, what: "read its memory"))
    #expect(error.description.hasPrefix("not permitted to read its memory (process 5, EPERM); "))
    #expect(!error.description.contains("Python"))
  }

  @Test("two tables are compared entry by entry")
  func comparison() throws {
    let left = try inspection("a", version: 7)
    var right = try inspection("b", version: 7)
    #expect(InspectionComparison(left, right).differences.isEmpty)
    #expect(InspectionComparison(left, right).text == "A  a\nB  b\n\nno difference")
    right = try inspection("b", version: 8)
    let differences = InspectionComparison(left, right).differences
    #expect(differences.map(\.name) == ["version"])
    #expect(differences.first?.left == "3.11.7" && differences.first?.right == "3.11.8")
  }

  private func inspection(_ path: String, version: UInt8) throws -> Inspection {
    var elf = SampleELF()
    elf.data = [0xf0, version, 0x0b, 0x03] + Array(repeating: 0, count: 64)
    elf.dynamicSymbols = [("Py_Version", 0), ("_PyRuntime", 8)]
    let image = try #require(try ObjectImage.all(in: MemoryBytes(elf.bytes)).first)
    let runtime = try #require(try ImageRuntime(image))
    return Inspection(subject: .file(FilePath(path)), file: path, runtime: runtime)
  }
}
