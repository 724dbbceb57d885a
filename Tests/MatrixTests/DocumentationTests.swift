import Foundation
import Harness
import Matrix
import Testing

@Suite("The documentation")
struct DocumentationTests {
  private static let root = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  private static let pages: [URL] = {
    let files = FileManager.default
    let docs = try? files.contentsOfDirectory(
      at: root.appending(path: "docs"), includingPropertiesForKeys: nil)
    let top = ["README.md", "CHANGELOG.md", "CONTRIBUTING.md"].map { root.appending(path: $0) }
    return top + (docs ?? []).filter { $0.pathExtension == "md" }
  }()

  @Test("names no scenario that does not exist")
  func scenarioNames() throws {
    let scenarios = try ScenarioLibrary.embedded()
    let names = Set(scenarios.map(\.name))
    let groups = Set(scenarios.map(\.group)).joined(separator: "|")
    let pattern = try Regex("\\b(?:\(groups))/[a-z0-9_]+")
    #expect(Self.pages.count > 10)
    for page in Self.pages {
      let text = try String(contentsOf: page, encoding: .utf8)
      for match in text.matches(of: pattern) {
        let name = String(text[match.range])
        #expect(names.contains(name), "\(page.lastPathComponent) names \(name)")
      }
    }
  }

  @Test("has no link within the project that leads nowhere")
  func links() throws {
    let pattern = try Regex("\\]\\(([^)#\\s]+)", as: (Substring, Substring).self)
    for page in Self.pages {
      let text = try String(contentsOf: page, encoding: .utf8)
      for match in text.matches(of: pattern) where !match.output.1.contains("://") {
        let target = page.deletingLastPathComponent().appending(path: String(match.output.1))
        #expect(
          FileManager.default.fileExists(atPath: target.path),
          "\(page.lastPathComponent) links to \(match.output.1)")
      }
    }
  }
}
