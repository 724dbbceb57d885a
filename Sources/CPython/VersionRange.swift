/// A conjunction of comparisons over versions: `>=3.6,<3.12`, `==3.13`, `!=3.10.0`.
///
/// A comparison names as many components as it means: `<=3.12` and `==3.12` include 3.12.7,
/// `<=3.12.1` does not (PEP 440 reads `==3.12` the other way; those who write it rarely mean that).
public struct VersionRange: Hashable, Sendable {
  public enum Comparison: String, Hashable, CaseIterable, Sendable {
    // Longer spellings first: parsing takes the first that fits.
    case atLeast = ">="
    case atMost = "<="
    case equal = "=="
    case unequal = "!="
    case above = ">"
    case below = "<"
  }

  struct Clause: Hashable, Sendable {
    var comparison: Comparison
    /// One to three components.
    var components: [Int]

    func contains(_ version: PythonVersion) -> Bool {
      let prefix = Array([version.major, version.minor, version.micro].prefix(components.count))
      let equal = prefix == components
      let below = prefix.lexicographicallyPrecedes(components)
      switch comparison {
      case .atLeast: return !below
      case .atMost: return below || equal
      case .equal: return equal
      case .unequal: return !equal
      case .above: return !below && !equal
      case .below: return below
      }
    }
  }

  /// Why a text is not a range.
  public struct ParseError: Error, Hashable, CustomStringConvertible {
    public var description: String
  }

  var clauses: [Clause]

  /// - Throws: ``ParseError`` with a sentence that shows the form that is expected.
  public init(parsing text: String) throws(ParseError) {
    var clauses: [Clause] = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let part = part.drop { $0 == " " }
      guard let comparison = Comparison.allCases.first(where: { part.hasPrefix($0.rawValue) })
      else {
        throw ParseError(
          description: "'\(text)' is not a version range; write it like >=3.6 or >=3.9,<3.12")
      }
      let number = part.dropFirst(comparison.rawValue.count)
        .split(separator: " ").joined()
      let fields = number.split(separator: ".", omittingEmptySubsequences: false).map { Int($0) }
      let components = fields.compactMap { $0 }
      guard (1...3).contains(components.count), components.count == fields.count,
        components.allSatisfy({ $0 >= 0 })
      else {
        throw ParseError(
          description: "'\(number)' is not a version; write it like 3.12 or 3.12.1")
      }
      clauses.append(Clause(comparison: comparison, components: components))
    }
    self.clauses = clauses
  }

  public func contains(_ version: PythonVersion) -> Bool {
    clauses.allSatisfy { $0.contains(version) }
  }

  /// The versions that the comparisons name, with zeros for the components that they leave out.
  public var bounds: [PythonVersion] {
    clauses.map { clause in
      let components = clause.components + [0, 0]
      return PythonVersion(components[0], components[1], components[2])
    }
  }
}

extension VersionRange: CustomStringConvertible {
  public var description: String {
    clauses.map { clause in
      clause.comparison.rawValue + clause.components.map(String.init).joined(separator: ".")
    }.joined(separator: ",")
  }
}
