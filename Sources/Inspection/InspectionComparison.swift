import CPython

/// In what two CPythons differ.
public struct InspectionComparison: Sendable {
  /// One thing that is not the same. A side is nil where it has no such thing.
  public struct Difference: Hashable, Sendable, Encodable {
    /// `fact`, `position` (of an entry in the table) or `value`.
    public var kind: String
    public var name: String
    public var left: String?
    public var right: String?
  }

  /// What was compared, as it was named.
  public var left: String
  public var right: String
  /// Facts first, then the entries in the order of the tables.
  public var differences: [Difference]

  public init(_ left: Inspection, _ right: Inspection) {
    self.left = left.subject.description
    self.right = right.subject.description
    differences = Self.facts(left, right) + Self.entries(left, right)
  }

  private static func facts(_ left: Inspection, _ right: Inspection) -> [Difference] {
    let facts: [(String, (Inspection) -> String)] = [
      ("version", \.versionName), ("abi", \.abiName), ("build", \.buildName),
      ("format", \.formatName), ("linkage", \.linkage), ("runtime found by", \.locationWay),
      ("symbols", \.missingSymbols),
      ("table", \.tableName),
      ("remote debugging", \.remoteDebuggingName),
    ]
    return facts.compactMap { name, value in
      // A file cannot tell whether a process will switch it off; that is no difference.
      let states: Set = [left.remoteDebugging, right.remoteDebugging]
      if name == "remote debugging", states == [.on, .present] { return nil }
      let (left, right) = (value(left), value(right))
      return left == right ? nil : Difference(kind: "fact", name: name, left: left, right: right)
    }
  }

  private static func entries(_ left: Inspection, _ right: Inspection) -> [Difference] {
    let (ours, theirs) = (left.offsets?.entries ?? [], right.offsets?.entries ?? [])
    // One side without a table is one difference, told above, and not a hundred.
    guard !ours.isEmpty, !theirs.isEmpty else { return [] }
    let others = Dictionary(theirs.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    let known = Set(ours.map(\.name))
    var found: [Difference] = []
    for entry in ours {
      let other = others[entry.name]
      if entry.position != other?.position {
        found.append(
          Difference(
            kind: "position", name: entry.name, left: "\(entry.position)",
            right: other.map { "\($0.position)" }))
      }
      if entry.value != other?.value {
        found.append(
          Difference(
            kind: "value", name: entry.name, left: "\(entry.value)",
            right: other.map { "\($0.value)" }))
      }
    }
    for entry in theirs where !known.contains(entry.name) {
      found.append(
        Difference(kind: "position", name: entry.name, left: nil, right: "\(entry.position)"))
      found.append(Difference(kind: "value", name: entry.name, left: nil, right: "\(entry.value)"))
    }
    return found
  }
}

extension InspectionComparison {
  /// A line for each fact that differs, then one for each entry.
  var text: String {
    var lines = ["A  \(left)", "B  \(right)", ""]
    guard !differences.isEmpty else { return (lines + ["no difference"]).joined(separator: "\n") }
    for fact in differences where fact.kind == "fact" {
      lines += ["\(fact.name)", "  A  \(fact.left ?? "-")", "  B  \(fact.right ?? "-")"]
    }
    var rows: [[String]] = []
    for difference in differences where difference.kind != "fact" {
      let text = Self.pair(difference.left, difference.right)
      if rows.last?.first != difference.name { rows.append([difference.name, "", ""]) }
      rows[rows.count - 1][difference.kind == "position" ? 1 : 2] = text
    }
    guard !rows.isEmpty else { return lines.joined(separator: "\n") }
    let table = [["entry", "position A, B", "value A, B"]] + rows
    let widths = (0..<2).map { column in table.map { $0[column].count }.max() ?? 0 }
    if lines.last?.isEmpty == false { lines.append("") }
    for row in table {
      let cells = zip(row, widths).map { $0 + String(repeating: " ", count: $1 - $0.count) }
      let line = (cells + row.suffix(1)).joined(separator: "  ")
      lines.append(String(line.reversed().drop { $0 == " " }.reversed()))
    }
    return lines.joined(separator: "\n")
  }

  private static func pair(_ left: String?, _ right: String?) -> String {
    "\(left ?? "-"), \(right ?? "-")"
  }
}

extension Inspection {
  fileprivate var tableName: String {
    switch table {
    case .present(let offsets): "\(offsets.layout.tableSize) bytes"
    case .refused(let error): error.description
    case .none: "none"
    }
  }

  /// Symbols that the file does not have.
  fileprivate var missingSymbols: String {
    let missing = runtime.symbols.filter { $0.address == nil }.map(\.name)
    return missing.isEmpty ? "all" : "all but \(missing.joined(separator: ", "))"
  }
}
