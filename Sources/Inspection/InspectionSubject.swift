public import SystemPackage

/// What is looked at: a process or a file.
public enum InspectionSubject: Hashable, Sendable, CustomStringConvertible {
  case process(Int32)
  case file(FilePath)

  /// Digits alone are a pid; a file that is called so is meant with a folder: `./1234`.
  ///
  /// Nil for an empty text, and for a number that no process can have.
  public init?(_ argument: String) {
    if !argument.isEmpty, argument.utf8.allSatisfy({ (0x30...0x39).contains($0) }) {
      guard let pid = Int32(argument), pid > 0 else { return nil }
      self = .process(pid)
    } else {
      guard !argument.isEmpty else { return nil }
      self = .file(FilePath(argument))
    }
  }

  public var description: String {
    switch self {
    case .process(let pid): "process \(pid)"
    case .file(let path): path.string
    }
  }
}
