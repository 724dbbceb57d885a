import Attach
import SystemPackage

/// A file that gets one line of JSON for each event of an attach. Lines are added, never rewritten.
struct TelemetryFile {
  private let file: FileDescriptor

  init(_ path: FilePath) throws {
    file = try .open(
      path, .writeOnly, options: [.create, .append, .closeOnExec],
      permissions: [.ownerReadWrite, .groupRead, .otherRead])
  }

  /// In one write, so that lines of several programs do not mix.
  func write(_ event: AttachEvent) {
    guard let line = try? CommandDocument.text(event, isLine: true) else { return }
    _ = try? file.writeAll("\(line)\n".utf8)
  }
}
