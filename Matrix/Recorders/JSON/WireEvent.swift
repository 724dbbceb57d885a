import FoundationEssentials

/// One line of `events.jsonl`. The grammar is in `docs/events.md`.
///
/// Wire types are apart from domain types, so that a renamed property never changes the format.
enum WireEvent: Codable {
  case runStarted(WireRun)
  case cellStarted(WireCellID)
  case cellFinished(WireCell)
  case runFinished(WireEnd)
  /// A kind that this version does not know.
  case unknown(String)

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

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let kind = try container.decode(String.self, forKey: .kind)
    switch Kind(rawValue: kind) {
    case .runStarted:
      let schema = try container.decode(Int.self, forKey: .schema)
      guard schema == Self.schema else { throw RunReadError.Cause.schema(schema) }
      self = .runStarted(try WireRun(from: decoder))
    case .cellStarted: self = .cellStarted(try WireCellID(from: decoder))
    case .cellFinished: self = .cellFinished(try WireCell(from: decoder))
    case .runFinished: self = .runFinished(try WireEnd(from: decoder))
    case nil: self = .unknown(kind)
    }
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
    case .unknown(let kind):
      try container.encode(kind, forKey: .kind)
    }
  }
}

extension WireEvent {
  init(_ event: Event) {
    self =
      switch event {
      case .runStarted(let start): .runStarted(WireRun(start))
      case .cellStarted(let cell): .cellStarted(WireCellID(cell))
      case .cellFinished(let cell, let outcome):
        // Which verdicts are expected is the report's question.
        .cellFinished(WireCell(cell, outcome, isExpected: Report().isExpected(cell, outcome)))
      case .runFinished(let end): .runFinished(WireEnd(end))
      }
  }

  /// Nil for a kind that this version does not know.
  func event() throws -> Event? {
    switch self {
    case .runStarted(let run): .runStarted(try run.start())
    case .cellStarted(let cell): .cellStarted(cell.id)
    case .cellFinished(let cell): .cellFinished(cell.id, try cell.outcome())
    case .runFinished(let end): .runFinished(try end.end())
    case .unknown: nil
    }
  }
}

/// The JSON that is written: sorted keys, so that equal runs give equal bytes; `snake_case`.
enum WireJSON {
  static func line(_ value: some Encodable) throws -> String {
    try text(value, formatting: [.sortedKeys, .withoutEscapingSlashes])
  }

  static func document(_ value: some Encodable) throws -> String {
    try text(value, formatting: [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]) + "\n"
  }

  static func decode<Value: Decodable>(_ type: Value.Type, from data: Data) throws -> Value {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try decoder.decode(type, from: data)
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
