import Attach
import SystemPackage

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

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
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    guard var line = try? encoder.encode(event) else { return }
    line.append(UInt8(ascii: "\n"))
    _ = try? file.writeAll(line)
  }
}
