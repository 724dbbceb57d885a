import CustomDump
import Foundation
import Matrix
import Synchronization
import SystemPackage
import Testing

/// Keeps what a recorder writes.
final class TextBox: Sendable {
  private let parts = Mutex<[String]>([])

  var sink: TextSink { TextSink { text in self.parts.withLock { $0.append(text) } } }
  var writes: [String] { parts.withLock { $0 } }
  var text: String { writes.joined() }
}

/// Hands a test the path of a folder that does not exist yet, and removes it afterwards.
func withTemporaryFolder(_ body: (FilePath) throws -> Void) throws {
  let url = FileManager.default.temporaryDirectory.appending(path: "matrix-\(UUID())")
  defer { try? FileManager.default.removeItem(at: url) }
  try body(FilePath(url.path))
}

func text(of file: FilePath) throws -> String {
  String(decoding: try Data(contentsOf: URL(fileURLWithPath: file.string)), as: UTF8.self)
}

func names(in folder: FilePath) throws -> [String] {
  try FileManager.default.contentsOfDirectory(atPath: folder.string).sorted()
}

@Suite("The tests themselves")
struct DifferenceTests {
  /// Without `IssueReportingTestSupport` beside the tests, a difference is not even an issue.
  @Test("a difference fails a test")
  func difference() {
    withKnownIssue { expectNoDifference("expected", "seen") }
  }
}
