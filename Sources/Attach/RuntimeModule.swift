public import CPython

/// The file in a process that has CPython in it, and where the functions are that a call needs.
public struct RuntimeModule: Hashable, Sendable {
  /// As the process sees it.
  public var path: String
  /// What its name says; nil for a name that says nothing.
  public var name: ModuleName?
  /// How the file was reached.
  public var way: String

  public init(path: String, name: ModuleName?, way: String) {
    self.path = path
    self.name = name
    self.way = way
  }
}
