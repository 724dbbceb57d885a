public import Harness

/// How many cells came to what.
public struct Tally: Hashable, Sendable {
  /// Cells that there are, whether they have an outcome or not.
  public internal(set) var planned: Int
  /// Cells with an outcome that is not as expected.
  public private(set) var unexpected = 0
  private var counts: [Verdict: Int] = [:]

  public init(planned: Int = 0) { self.planned = planned }

  public subscript(verdict: Verdict) -> Int { counts[verdict] ?? 0 }

  /// Cells with an outcome.
  public var finished: Int { counts.values.reduce(0, +) }

  /// Cells that have no outcome.
  public var missing: Int { max(0, planned - finished) }

  /// Cells in which a debugger was put to the test, whatever came of it.
  public var ran: Int {
    counts.reduce(0) { $0 + ($1.key.countsAsRun ? $1.value : 0) }
  }

  /// The verdicts that occur, in the order of the vocabulary.
  public var byVerdict: [(verdict: Verdict, count: Int)] {
    Verdict.allCases.compactMap { self[$0] > 0 ? ($0, self[$0]) : nil }
  }

  mutating func add(_ verdict: Verdict, isExpected: Bool) {
    counts[verdict, default: 0] += 1
    if !isExpected { unexpected += 1 }
  }

  mutating func remove(_ verdict: Verdict, isExpected: Bool) {
    counts[verdict] = self[verdict] > 1 ? self[verdict] - 1 : nil
    if !isExpected { unexpected -= 1 }
  }
}

extension Report {
  /// Rows that stand together, in the order of the table.
  public struct Group: Hashable, Sendable {
    public var name: String
    public var rows: [RunStart.Row]
  }

  /// The rows by group; a group stands where its first row stands.
  public var groups: [Group] {
    var groups: [Group] = []
    for row in rows {
      if let index = groups.firstIndex(where: { $0.name == row.group }) {
        groups[index].rows.append(row)
      } else {
        groups.append(Group(name: row.group, rows: [row]))
      }
    }
    return groups
  }

  public func tally(of column: Column) -> Tally { tally(rows: rows, columns: [column]) }

  public func tally(of group: Group) -> Tally { tally(rows: group.rows, columns: columns) }

  public func tally(of row: RunStart.Row) -> Tally { tally(rows: [row], columns: columns) }

  private func tally(rows: [RunStart.Row], columns: [Column]) -> Tally {
    var tally = Tally(planned: rows.count * columns.count)
    for row in rows {
      for column in columns {
        guard let outcome = outcome(row, column) else { continue }
        let cell = CellID(column: column.label, scenario: row.name)
        tally.add(outcome.verdict, isExpected: Self.isExpected(cell, outcome))
      }
    }
    return tally
  }
}
