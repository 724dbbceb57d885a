/// A pattern over scenario names: `*` stands for any characters, `?` for one.
///
/// A pattern without `/` is also tried on the part behind the last `/`.
public struct Glob: Hashable, Sendable {
  public var pattern: String

  public init(_ pattern: String) { self.pattern = pattern }

  public func matches(_ name: String) -> Bool {
    let last = name.split(separator: "/").last ?? ""
    return Self.matches(Array(pattern), Array(name))
      || !pattern.contains("/") && Self.matches(Array(pattern), Array(last))
  }

  /// Suggestions for a pattern that matches none of the names: those that contain it, or differ from
  /// it by a few letters; at most three, the nearest first.
  public func suggestions(among names: [String]) -> [String] {
    let wanted = pattern.filter { $0 != "*" && $0 != "?" }
    guard wanted.count > 2 else { return [] }
    let tail = wanted.split(separator: "/").last.map(String.init) ?? wanted
    let distances = names.compactMap { name -> (distance: Int, name: String)? in
      let last = name.split(separator: "/").last.map(String.init) ?? name
      if name.contains(wanted) || last.contains(tail) { return (0, name) }
      let distance = min(wanted.editDistance(to: name), tail.editDistance(to: last))
      return distance <= max(2, tail.count / 2) ? (distance, name) : nil
    }
    return distances.sorted { ($0.distance, $0.name) < ($1.distance, $1.name) }.prefix(3)
      .map(\.name)
  }

  private static func matches(_ pattern: [Character], _ text: [Character]) -> Bool {
    var (p, t) = (0, 0)
    var retry: (p: Int, t: Int)?
    while t < text.count {
      if p < pattern.count, pattern[p] == "*" {
        p += 1
        retry = (p, t)
      } else if p < pattern.count, pattern[p] == text[t] || pattern[p] == "?" {
        p += 1
        t += 1
      } else if let last = retry {
        (p, t) = (last.p, last.t + 1)
        retry = (last.p, last.t + 1)
      } else {
        return false
      }
    }
    return pattern[p...].allSatisfy { $0 == "*" }
  }
}

extension String {
  /// Levenshtein: insertions, deletions and replacements of single characters.
  fileprivate func editDistance(to other: String) -> Int {
    let other = Array(other)
    var row = Array(0...other.count)
    for (index, character) in enumerated() {
      var diagonal = row[0]
      row[0] = index + 1
      for column in other.indices {
        let replaced = diagonal + (other[column] == character ? 0 : 1)
        diagonal = row[column + 1]
        row[column + 1] = Swift.min(replaced, row[column] + 1, diagonal + 1)
      }
    }
    return row[other.count]
  }
}
