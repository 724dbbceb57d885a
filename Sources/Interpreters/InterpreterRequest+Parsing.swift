import CPython
import SystemPackage

extension InterpreterRequest {
  /// Why a text is not a request. Each says what was wrong and which forms there are.
  public enum ParseError: Error, Hashable, Sendable, CustomStringConvertible {
    case unknown(String)
    case empty
    /// It names only versions that this project does not know.
    case outsideSupported(String)
    case noSuchBuild(String, reason: String)
    case badRange(String, reason: String)

    public var description: String {
      let known = "\(PythonSeries.supported.lowerBound) to \(PythonSeries.supported.upperBound)"
      switch self {
      case .unknown(let text):
        return """
          '\(text)' is not a Python version; write 3.12, 3.12.1, 3.13t (free-threaded), 3.14d \
          (debug), '>=3.12,<3.15', 3.9..3.12, a path such as ./python or /opt/python/bin/python3, \
          or all
          """
      case .empty:
        return "a Python version is empty; write one such as 3.12, or all"
      case .outsideSupported(let text):
        return "'\(text)' names no version that is known; the known ones are \(known)"
      case .noSuchBuild(let text, let reason):
        return "there is no build '\(text)': \(reason)"
      case .badRange(let text, let reason):
        return "'\(text)' is not a range of versions: \(reason)"
      }
    }
  }

  /// Reads one request.
  ///
  /// The spellings of uv for CPython are understood as well: `python3.12`, `cpython3.12`,
  /// `cpython@3.12`, `cp312`, `3.13+freethreaded`, `3.12+debug`, `3.14+gil`.
  public init(parsing text: String) throws(ParseError) {
    let text = text.trimmingSpaces
    guard let first = text.first else { throw .empty }
    if text.contains("/") || first == "." || first == "~" {
      self = .path(FilePath(text))
    } else if text.lowercased() == "all" {
      self = .all
    } else if "<>=!".contains(first) {
      self = .range(try Self.range(text))
    } else if let dots = text.firstOccurrence(of: "..") {
      self = try Self.span(text, from: text[..<dots.lowerBound], through: text[dots.upperBound...])
    } else {
      self = .release(try Self.release(text[...], in: text))
    }
  }

  /// Reads a list with commas.
  ///
  /// Comparisons that follow each other are one range: `3.9,>=3.12,<3.15` is two requests.
  public static func parseList(_ text: String) throws(ParseError) -> [InterpreterRequest] {
    var items: [String] = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let part = String(part).trimmingSpaces
      if let last = items.last, last.isComparison, part.isComparison {
        items[items.count - 1] = "\(last),\(part)"
      } else {
        items.append(part)
      }
    }
    var requests: [InterpreterRequest] = []
    for item in items { requests.append(try InterpreterRequest(parsing: item)) }
    return requests
  }

  private static func range(_ text: String) throws(ParseError) -> VersionRange {
    let range: VersionRange
    do {
      range = try VersionRange(parsing: text)
    } catch {
      throw .badRange(text, reason: error.description)
    }
    // No series has come to a hundred releases.
    let matchesSomething = PythonSeries.allSupported.contains { series in
      (0..<100).contains { range.contains(PythonVersion(series.major, series.minor, $0)) }
    }
    guard matchesSomething else { throw .outsideSupported(text) }
    return range
  }

  private static func span(
    _ text: String, from first: Substring, through last: Substring
  ) throws(ParseError) -> InterpreterRequest {
    let lower = try release(first, in: text)
    let upper = try release(last, in: text)
    guard lower.micro == nil, upper.micro == nil else {
      throw .badRange(text, reason: "both ends are series, as in 3.9..3.12")
    }
    guard lower.flags == upper.flags else {
      throw .badRange(text, reason: "both ends name the same kind of build, as in 3.13t..3.15t")
    }
    guard lower.series <= upper.series else {
      throw .badRange(text, reason: "the first end comes after the last")
    }
    return .span(lower.series...upper.series, flags: lower.flags)
  }
}

extension String {
  fileprivate var isComparison: Bool { first.map { "<>=!".contains($0) } ?? false }

  fileprivate func firstOccurrence(of text: String) -> Range<String.Index>? {
    indices.lazy.map { ($0, self[$0...]) }.first { $0.1.hasPrefix(text) }
      .map { $0.0..<index($0.0, offsetBy: text.count) }
  }
}
