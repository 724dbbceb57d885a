import Glibc
import SystemPackage
import Testing

@testable import Matrix

@Suite("Report files")
struct OutputTests {
  @Test("folders are made as needed and files replaced, with nothing left beside them")
  func replacing() throws {
    try withTemporaryFolder { base in
      let folder = OutputFolder(path: base.appending("a").appending("b"))
      try folder.write("one", to: "x.txt")
      try folder.write("two", to: "x.txt")
      #expect(try text(of: folder.path.appending("x.txt")) == "two")
      #expect(try names(in: folder.path) == ["x.txt"])
    }
  }

  @Test("a file where the folder should be is said with its path")
  func fileInTheWay() throws {
    try withTemporaryFolder { base in
      try OutputFolder(path: base).write("", to: "taken")
      let folder = base.appending("taken").appending("deeper")
      for recorder in Recorders.files(in: folder) {
        let error = #expect(throws: OutputError.self) {
          for event in Fixture.events { try recorder.record(event) }
        }
        #expect(error?.operation == .createFolder)
        #expect(error?.errno == .notDirectory)
        #expect(error?.description == "cannot make the folder \(folder): Not a directory")
      }
    }
  }

  @Test("what cannot take the reports is refused before a run")
  func refusedBeforehand() throws {
    try withTemporaryFolder { base in
      try OutputFolder(path: base).write("", to: "file")
      try OutputFolder(path: base.appending("half").appending("report.html")).create()
      for (name, operation) in [
        ("file", OutputError.Operation.createFolder), ("file/below", .createFolder),
        ("half", .replace),
      ] {
        let error = #expect(throws: OutputError.self) {
          try Recorders.prepare(FilePath("\(base)/\(name)"))
        }
        #expect(error?.operation == operation)
      }
      try Recorders.prepare(base.appending("new"))
      #expect(try names(in: base.appending("new")).isEmpty)
    }
  }

  @Test("a reader that has gone away is no failure")
  func readerGone() throws {
    signal(SIGPIPE, SIG_IGN)
    let (reading, writing) = try FileDescriptor.pipe()
    try reading.close()
    try TextSink.descriptor(writing, name: "standard error").write("unread\n")
    try writing.close()
  }

  @Test("a folder in the place of a file is an error and leaves no other file behind")
  func folderInTheWay() throws {
    try withTemporaryFolder { base in
      try OutputFolder(path: base.appending("report.md")).create()
      let error = #expect(throws: OutputError.self) {
        try OutputFolder(path: base).write("x", to: "report.md")
      }
      #expect(error?.path == base.appending("report.md"))
      #expect(error?.operation == .replace)
      #expect(try names(in: base) == ["report.md"])
    }
  }
}
