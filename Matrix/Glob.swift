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
