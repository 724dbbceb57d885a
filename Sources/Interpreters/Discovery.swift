public import SystemPackage

/// What a search found.
public struct Discovery: Hashable, Sendable {
  /// Something that looked like an interpreter and cannot be used.
  public struct Rejected: Hashable, Sendable {
    public var path: FilePath
    public var source: Interpreter.Source
    /// A sentence.
    public var reason: String

    public init(path: FilePath, source: Interpreter.Source, reason: String) {
      self.path = path
      self.source = source
      self.reason = reason
    }
  }

  /// Each build once, in the order of ``Interpreter/precedes(_:)``.
  public var interpreters: [Interpreter]
  /// In the order in which they were looked at.
  public var rejected: [Rejected]

  public init(interpreters: [Interpreter], rejected: [Rejected]) {
    self.interpreters = interpreters
    self.rejected = rejected
  }

  /// Like the function of that name, and says why a path that was asked for cannot be used.
  public func resolve(_ requests: [InterpreterRequest]) -> Resolution {
    var resolution = Interpreters.resolve(requests, in: interpreters)
    for index in resolution.missing.indices {
      let path = FilePath(resolution.missing[index].name)
      if let rejected = rejected.first(where: { $0.path == path }) {
        resolution.missing[index].reason = rejected.reason
      }
    }
    return resolution
  }
}

extension Discovery.Rejected: CustomStringConvertible {
  /// `/usr/bin/python: it is Python 2 (path)`
  public var description: String { "\(path): \(reason) (\(source.rawValue))" }
}
