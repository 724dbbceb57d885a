public import SystemPackage

/// A report that could not be written.
public struct OutputError: Error, Hashable, Sendable, CustomStringConvertible {
  public enum Operation: String, Hashable, Sendable {
    case createFolder = "make the folder"
    case create
    case write
    case replace
  }

  public var operation: Operation
  public var path: FilePath
  public var errno: Errno

  public init(_ operation: Operation, _ path: FilePath, _ errno: Errno) {
    self.operation = operation
    self.path = path
    self.errno = errno
  }

  /// `cannot write out/report.html: No space left on device`
  public var description: String { "cannot \(operation.rawValue) \(path): \(errno)" }
}
