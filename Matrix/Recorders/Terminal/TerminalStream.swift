import Glibc
import SystemPackage

/// One of the two streams that ``TerminalRecorder`` writes to.
public struct TerminalStream: Sendable {
  public var sink: TextSink
  public var usesColor: Bool
  /// Asked again each time, as windows change their size. In places, not bytes.
  public var width: @Sendable () -> Int

  public init(sink: TextSink, usesColor: Bool, width: @escaping @Sendable () -> Int) {
    self.sink = sink
    self.usesColor = usesColor
    self.width = width
  }

  /// - Parameters:
  ///   - descriptor: Not owned.
  ///   - name: What error messages call it.
  static func standard(
    _ descriptor: FileDescriptor, name: String, color: ColorChoice, environment: [String: String]
  ) -> TerminalStream {
    let declared = environment["COLUMNS"].flatMap { Int($0) }.flatMap { $0 > 0 ? $0 : nil }
    let isTerminal = Terminal.isTerminal(descriptor)
    return TerminalStream(
      sink: .descriptor(descriptor, name: name),
      usesColor: color.usesColor(environment: environment, isTerminal: isTerminal),
      width: { Terminal.width(descriptor) ?? declared ?? (isTerminal ? 80 : 120) })
  }
}

/// What the operating system knows of a terminal.
enum Terminal {
  static func isTerminal(_ descriptor: FileDescriptor) -> Bool { isatty(descriptor.rawValue) == 1 }

  /// Nil for what is no terminal, or one that does not know its size.
  static func width(_ descriptor: FileDescriptor) -> Int? {
    var size = winsize()
    guard ioctl(descriptor.rawValue, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else {
      return nil
    }
    return Int(size.ws_col)
  }
}
