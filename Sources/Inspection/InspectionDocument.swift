import CPython
import FoundationEssentials
import ObjectFile

/// What `matrix inspect` prints: one CPython (or one for each processor of a file), or two that are
/// compared.
public struct InspectionDocument: Sendable {
  /// Goes up when a field changes its meaning or goes away; new fields do not count.
  public static let schema = 1

  public var inspections: [Inspection]
  public var comparison: InspectionComparison?

  public init(_ inspections: [Inspection]) { self.inspections = inspections }

  /// Where a file holds several images, those for the same processor are compared.
  public init(comparing left: [Inspection], with right: [Inspection]) {
    inspections = []
    for inspection in left {
      let architecture = inspection.runtime.image.architecture
      guard let other = right.first(where: { $0.runtime.image.architecture == architecture })
      else { continue }
      inspections = [inspection, other]
      break
    }
    if inspections.isEmpty { inspections = Array(left.prefix(1) + right.prefix(1)) }
    if let first = inspections.first, let last = inspections.last {
      comparison = InspectionComparison(first, last)
    }
  }

  /// For people; without a line break at the end.
  public var text: String {
    comparison?.text ?? inspections.map(\.text).joined(separator: "\n\n")
  }

  /// For programs, keys sorted; without a line break at the end.
  public var json: String {
    get throws {
      let encoder = JSONEncoder()
      encoder.keyEncodingStrategy = .convertToSnakeCase
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
      let document = Encoded(
        schema: Self.schema, inspections: inspections.map(EncodedInspection.init),
        differences: comparison?.differences)
      return String(decoding: try encoder.encode(document), as: UTF8.self)
    }
  }

  private struct Encoded: Encodable {
    var schema: Int
    var inspections: [EncodedInspection]
    var differences: [InspectionComparison.Difference]?
  }
}
