import FoundationEssentials

/// Reads what a run has written.
public enum RunReader {
  /// Reads any of the machine-readable files of a run: `events.jsonl`, `report.json`, or
  /// `report.html` by the document inside it.
  ///
  /// - Throws: ``RunReadError``
  public static func events(in text: String) throws -> [Event] {
    if let document = embeddedDocument(in: text) { return try events(document: document) }
    let isDocument = text.contains("\"kind\" : \"report\"") || text.contains("\"kind\":\"report\"")
    return isDocument ? try events(document: text) : try events(lines: text)
  }

  /// Reads `events.jsonl`. Kinds and keys that are not known are left out. A last line that was
  /// not written to its end is left out as well: the run was killed.
  public static func events(lines text: String) throws -> [Event] {
    var events: [Event] = []
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    for (index, line) in lines.enumerated() where !line.isEmpty {
      do {
        let wire = try WireJSON.decode(WireEvent.self, from: Data(line.utf8))
        if let event = try wire.event() { events.append(event) }
      } catch {
        // What follows the last line feed.
        if index == lines.count - 1 { break }
        throw RunReadError(error, line: index + 1)
      }
    }
    return events
  }

  /// Reads `report.json`.
  public static func events(document text: String) throws -> [Event] {
    do {
      let header = try WireJSON.decode(Header.self, from: Data(text.utf8))
      guard header.schema == WireEvent.schema else {
        throw RunReadError.Cause.schema(header.schema)
      }
      return try WireJSON.decode(WireReport.self, from: Data(text.utf8)).events()
    } catch {
      throw RunReadError(error, line: nil)
    }
  }

  /// Looked at before the rest, which may be of another schema.
  private struct Header: Decodable {
    var schema: Int
  }

  private static func embeddedDocument(in text: String) -> String? {
    guard let opening = text.firstRange(of: HTMLText.documentOpening),
      let closing = text[opening.upperBound...].firstRange(of: "</script>")
    else { return nil }
    return String(text[opening.upperBound..<closing.lowerBound])
  }
}

/// A stored run that cannot be read.
public struct RunReadError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What is wrong.
  public enum Cause: Error, Hashable, Sendable {
    /// Written by a version of `matrix` that uses another format.
    case schema(Int)
    /// A value that is not in the vocabulary of its key.
    case value(key: String, value: String)
    /// Not JSON, or not with the keys that there must be.
    case malformed(String)
  }

  public var cause: Cause
  /// From 1; nil for a document.
  public var line: Int?

  init(_ error: any Error, line: Int?) {
    self.line = line
    cause =
      switch error {
      case let cause as Cause: cause
      case let error as DecodingError: .malformed(Self.sentence(error))
      default: .malformed("\(error)")
      }
  }

  public var description: String {
    let place = line.map { "line \($0): " } ?? ""
    return switch cause {
    case .schema(let number):
      "\(place)the run is stored in schema \(number); this version reads \(WireEvent.schema)"
    case .value(let key, let value): "\(place)unknown value for \"\(key)\": \(value)"
    case .malformed(let text): "\(place)\(text)"
    }
  }

  /// As it stands in the file.
  private static func key(_ key: (any CodingKey)?) -> String {
    (key?.stringValue ?? "").reduce(into: "") { name, letter in
      name += letter.isUppercase ? "_" + letter.lowercased() : String(letter)
    }
  }

  private static func sentence(_ error: DecodingError) -> String {
    switch error {
    case .keyNotFound(let key, _): "there is no \"\(Self.key(key))\""
    case .typeMismatch(_, let context), .valueNotFound(_, let context):
      "\"\(key(context.codingPath.last))\" has a value of another type"
    default: "not JSON"
    }
  }
}
