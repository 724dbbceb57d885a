import FoundationEssentials

/// One line of `events.jsonl`. The grammar is in `docs/events.md`.
///
/// Encoded types are apart from domain types, so that a renamed property never changes the format.
enum EncodedEvent: Encodable {
  case runStarted(EncodedRun)
  case cellStarted(EncodedCellID)
  case cellFinished(EncodedCell)
  case runFinished(EncodedEnd)

  /// Raised when something that readers rely on changes: a key or a value goes away or gets
  /// another meaning. New kinds and new keys do not raise it.
  static let schema = 1

  private enum Kind: String {
    case runStarted = "run_started"
    case cellStarted = "cell_started"
    case cellFinished = "cell_finished"
    case runFinished = "run_finished"
  }

  private enum CodingKeys: String, CodingKey {
    case kind, schema
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    switch self {
    case .runStarted(let run):
      try container.encode(Kind.runStarted.rawValue, forKey: .kind)
      try container.encode(Self.schema, forKey: .schema)
      try run.encode(to: encoder)
    case .cellStarted(let cell):
      try container.encode(Kind.cellStarted.rawValue, forKey: .kind)
      try cell.encode(to: encoder)
    case .cellFinished(let cell):
      try container.encode(Kind.cellFinished.rawValue, forKey: .kind)
      try cell.encode(to: encoder)
    case .runFinished(let end):
      try container.encode(Kind.runFinished.rawValue, forKey: .kind)
      try end.encode(to: encoder)
    }
  }
}

extension EncodedEvent {
  init(_ event: Event) {
    self =
      switch event {
      case .runStarted(let start): .runStarted(EncodedRun(start))
      case .cellStarted(let cell): .cellStarted(EncodedCellID(cell))
      case .cellFinished(let cell, let outcome):
        .cellFinished(EncodedCell(cell, outcome, isExpected: Report.isExpected(cell, outcome)))
      case .runFinished(let end): .runFinished(EncodedEnd(end))
      }
  }
}

/// The JSON that is written: sorted keys, so that equal runs give equal bytes; `snake_case`.
enum JSONText {
  static func line(_ value: some Encodable) throws -> String {
    try text(value, formatting: [.sortedKeys, .withoutEscapingSlashes])
  }

  static func document(_ value: some Encodable) throws -> String {
    try text(value, formatting: [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]) + "\n"
  }

  private static func text(
    _ value: some Encodable, formatting: JSONEncoder.OutputFormatting
  ) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = formatting
    encoder.keyEncodingStrategy = .convertToSnakeCase
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }
}
