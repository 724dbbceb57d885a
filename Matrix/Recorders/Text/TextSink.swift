public import SystemPackage

/// Where a recorder's text goes.
public struct TextSink: Sendable {
  private let body: @Sendable (String) throws -> Void

  public init(_ body: @escaping @Sendable (String) throws -> Void) { self.body = body }

  public func write(_ text: String) throws {
    if !text.isEmpty { try body(text) }
  }

  /// A reader that has gone away (`matrix run | head -1`) wants no more text; that is no failure.
  ///
  /// - Parameters:
  ///   - descriptor: Not owned; stays open.
  ///   - name: What error messages call it.
  public static func descriptor(_ descriptor: FileDescriptor, name: String) -> TextSink {
    TextSink { text in
      do {
        try descriptor.writePatiently(text)
      } catch Errno.brokenPipe {
      } catch let errno as Errno {
        throw OutputError(.write, FilePath(name), errno)
      }
    }
  }

  public static let standardOutput = descriptor(.standardOutput, name: "standard output")
  public static let standardError = descriptor(.standardError, name: "standard error")
}
