import SystemPackage

/// What is said to the person at the terminal, as opposed to a result.
enum Message {
  static func write(_ text: String) {
    _ = try? FileDescriptor.standardError.writeAll("\(text)\n".utf8)
  }
}
