import FoundationEssentials

/// The one form of JSON that commands print: an object with `schema`, members in snake_case and
/// sorted. A reader ignores members that it does not know; `schema` goes up when a member changes
/// its meaning or goes away.
enum CommandDocument {
  /// - Parameter isLine: one line for each document, for commands that print several.
  static func text(_ value: some Encodable, isLine: Bool = false) throws -> String {
    let encoder = JSONEncoder()
    encoder.keyEncodingStrategy = .convertToSnakeCase
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    if !isLine { encoder.outputFormatting.insert(.prettyPrinted) }
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }
}
