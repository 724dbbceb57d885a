/// Python code that is to run in a target, once, in its main thread, with the GIL.
///
/// Its text is run in names of its own, where `result` is None at first; a text that it puts there
/// is the answer. Code that ends before it has one sets `result = reply`, and calls
/// `reply(text)` or `reply(text, 'raised')` later, from any thread. `folder` is the path of a folder
/// that is gone after the answer. It has to suit every version that it may meet, 3.5 to 3.15.
public struct Payload: Hashable, Sendable {
  public var source: String
  /// As tracebacks show it, and as `__file__`.
  public var fileName: String
  /// Whether signals reach the thread while the code runs. If not, they are delivered afterwards,
  /// and threads and processes that the code starts do not receive them either; right for code that
  /// looks and ends.
  public var receivesSignals: Bool
  /// What the code finds in `folder` as the file ``bundleFile``.
  public var bundle: String?

  public static let bundleFile = "bundle"

  public init(
    source: String, fileName: String, receivesSignals: Bool, bundle: String? = nil
  ) {
    self.bundle = bundle
    self.source = source
    self.fileName = fileName
    self.receivesSignals = receivesSignals
  }

  /// A file's text, run as a module of its own.
  public static func file(_ source: String, name: String) -> Payload {
    Payload(source: source, fileName: name, receivesSignals: true)
  }

  /// An expression, evaluated where the program's own globals are (`__main__`); the answer is its
  /// `repr`.
  public static func expression(_ text: String) -> Payload {
    let literal = PythonLiteral.string(text)
    return Payload(
      source: """
        result = repr(eval(compile(\(literal), '<expression>', 'eval', 0, True),
                           __import__('sys').modules['__main__'].__dict__))

        """,
      fileName: "<matrix>", receivesSignals: false)
  }

  /// All threads' stacks with their locals; see ``StackListing``.
  public static var stacks: Payload {
    Payload(source: embedded("stacks.py"), fileName: "<matrix stacks>", receivesSignals: false)
  }

  /// Closes the listeners that the agent opened in the target; the answer has their endpoints, one
  /// a line, and is there when they are closed.
  ///
  /// - Parameter endpoint: a port, or `unix:PATH`; nil for all.
  public static func closingListeners(at endpoint: String?) -> Payload {
    let call = "result = close(\(PythonLiteral.string(endpoint ?? "")), reply)\n"
    return Payload(
      source: embedded("close.py") + call, fileName: "<matrix close>", receivesSignals: false)
  }

  /// A text from `Payloads`, which the build puts into the binary.
  static func embedded(_ path: String) -> String {
    guard let file = EmbeddedFiles.payloads.first(where: { $0.path == path }) else {
      preconditionFailure("the build put no payload \(path) into the binary")
    }
    return file.text
  }

  /// What the target finds in the exchange directory.
  var files: [ExchangeDirectory.File] {
    (bundle.map { [.init(name: Self.bundleFile, text: $0)] } ?? [])
      + [.init(name: "code", text: source)]
  }
}

/// Text as Python source, in ASCII.
public enum PythonLiteral {
  public static func string(_ text: String) -> String {
    var literal = "'"
    for scalar in text.unicodeScalars {
      switch scalar {
      case "'", "\\": literal += "\\\(scalar)"
      case " "..."~": literal.unicodeScalars.append(scalar)
      default:
        let digits = String(scalar.value, radix: 16)
        literal += "\\U" + String(repeating: "0", count: 8 - digits.count) + digits
      }
    }
    return literal + "'"
  }

  static func bytes(_ bytes: some Sequence<UInt8>) -> String {
    bytes.reduce(into: "b'") { literal, byte in
      let digits = String(byte, radix: 16)
      literal += "\\x" + (digits.count == 1 ? "0" : "") + digits
    } + "'"
  }
}
