import CPython
import Foundation
import Harness
import Matrix
import SystemPackage
import Testing

@Suite("The scenarios that travel with the program")
struct ScenarioLibraryTests {
  @Test("there are ten each on breakpoints, stepping and children")
  func thirty() throws {
    let groups = Dictionary(grouping: try ScenarioLibrary.embedded(), by: \.group)
    #expect(groups.mapValues(\.count) == ["breakpoints": 10, "stepping": 10, "children": 10])
  }

  @Test("their titles are different sentences")
  func titles() throws {
    let titles = try ScenarioLibrary.embedded().map(\.title)
    #expect(Set(titles).count == titles.count)
    #expect(titles.allSatisfy { $0.hasSuffix(".") })
  }

  @Test("a folder without scenarios is a mistake, and not all that there are")
  func emptyFolder() throws {
    try withTemporaryFolder { folder in
      try FileManager.default.createDirectory(
        atPath: folder.string, withIntermediateDirectories: true)
      let error = #expect(throws: ScenarioLibrary.Failure.self) {
        try ScenarioLibrary.all(adding: folder)
      }
      #expect(error?.description.contains("there is no scenario in \(folder)") == true)
    }
  }

  @Test("most of them run on every supported version")
  func versions() throws {
    let oldest = PythonVersion(3, 5, 0)
    let scenarios = try ScenarioLibrary.embedded()
    let everywhere = scenarios.filter { $0.python?.contains(oldest) ?? true }
    #expect(everywhere.count >= 27)
  }
}
