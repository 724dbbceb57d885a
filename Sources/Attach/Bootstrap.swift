/// The text that CPython is given to run: small, and quiet whatever happens.
///
/// It claims the folder where both sides meet, runs the payload that it finds there, and writes the
/// answer. It leaves no name in the program's own modules.
struct Bootstrap {
  /// All but the signals, prepared before the target is stopped.
  private let head: [UInt8]
  private let tail: [UInt8]
  private let receivesSignals: Bool

  /// - Parameters:
  ///   - folder: as the target sees it.
  ///   - pid: of the target in its own pid namespace.
  init(folder: String, pid: Int32, payload: Payload) {
    let arguments = [
      PythonLiteral.bytes(folder.utf8), "\(pid)", PythonLiteral.string(payload.fileName),
      "\(payload.source.utf8.count)",
    ]
    let source =
      Payload.embedded("bootstrap.py")
      + "\nattach(\(arguments.joined(separator: ", ")), "
    // The program may have names of its own for everything but the import.
    let call = "try:\n __import__('builtins').exec(\(PythonLiteral.string(source).dropLast())"
    head = Array(call.utf8)
    // A function and its names hold each other: without the last statement they would stay until the
    // garbage collector comes by.
    tail = Array(")\\ndel attach\\n', {'__name__': '__matrix__'})\nexcept: pass\n\0".utf8)
    receivesSignals = payload.receivesSignals
  }

  /// In ASCII, ending in a zero byte.
  ///
  /// - Parameter signalMask: the signals that the thread did not receive when it was stopped:
  ///   number n is bit n - 1.
  func text(signalMask: UInt64) -> [UInt8] {
    guard receivesSignals else { return head + Array("None".utf8) + tail }
    // The C library keeps 32 and 33 for itself.
    let blocked = (1...64).filter { $0 != 32 && $0 != 33 && signalMask >> UInt64($0 - 1) & 1 == 1 }
    return head + Array("\(blocked)".utf8) + tail
  }
}
