import CPython
import FoundationEssentials
import Harness
import Interpreters
import SystemPackage

/// What `matrix list` prints as JSON: an object with the list and its `schema`, keys sorted.
public enum Listings {
  private struct Document<Entry: Encodable>: Encodable {
    /// Raised when a key or a value goes away or gets another meaning.
    var schema = 1
    var scenarios: [Entry]?
    var cells: [Entry]?
  }

  private struct ScenarioEntry: Encodable {
    var name: String
    var group: String
    var title: String
    var python: String?
    var see: [String]
    var differs: [String]
  }

  private struct CellEntry: Encodable {
    var scenario: String
    var column: String
    var python: String?
    var path: String?
    var debugger: String
    var entry: String
    var host: String
    var executionControl: String?
    var available: Bool
  }

  public static func scenarios(_ plan: Plan) throws -> String {
    try encode(
      Document(
        scenarios: plan.scenarios.map { scenario in
          ScenarioEntry(
            name: scenario.name, group: scenario.group, title: scenario.title,
            python: scenario.python?.description, see: scenario.links,
            differs: scenario.differences.map { "\($0.range) \($0.reason)" })
        }))
  }

  public static func cells(_ plan: Plan) throws -> String {
    try encode(
      Document(
        cells: plan.cells.map { cell in
          let interpreter = cell.column.interpreter
          return CellEntry(
            scenario: cell.id.scenario, column: cell.id.column,
            python: interpreter?.version.description, path: interpreter?.path.string,
            debugger: cell.column.configuration.debugger.rawValue,
            entry: cell.column.configuration.entry.rawValue,
            host: cell.column.configuration.host.rawValue,
            executionControl: cell.column.configuration.executionControl?.rawValue,
            available: interpreter != nil)
        }))
  }

  private static func encode(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.keyEncodingStrategy = .convertToSnakeCase
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }
}
