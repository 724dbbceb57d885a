/// The text that CPython is given to run.
///
/// It claims the folder where both sides meet, runs the payload that it finds there, and writes the
/// answer. It leaves no name in the program's own modules.
struct Bootstrap {
  /// In ASCII, ending in a zero byte; the digits of the signal mask are to be filled in.
  private let source: [UInt8]
  private let digits: Range<Int>?

  private static let noMask = "0x0000000000000000"

  /// - Parameters:
  ///   - folder: as the target sees it.
  ///   - pid: of the target in its own pid namespace.
  init(folder: String, pid: Int32, payload: Payload) {
    let definition = Payload.embedded("bootstrap.py") + "\n\nraised = attach("
    let place = [
      PythonLiteral.bytes(folder.utf8), "\(pid)", PythonLiteral.string(payload.fileName),
      "\(payload.source.utf8.count)",
    ]
    let before = definition + place.joined(separator: ", ") + ", "
    let mask = payload.receivesSignals ? Self.noMask : "None"
    source =
      Array(
        """
        \(before)\(mask),
                        globals().get('late'), globals().get('raised'), globals().get('mask'))
        if raised is None:
            del raised
        del attach

        """.utf8)
      + [0]
    let start = before.utf8.count
    digits = payload.receivesSignals ? start..<(start + mask.utf8.count) : nil
  }

  /// In bytes; the same whatever the signal mask.
  var count: Int { source.count }

  /// For the injector: a text that raises nothing but what a signal handler of the program raised.
  ///
  /// - Parameter signalMask: the signals that were blocked in the thread when it was stopped:
  ///   number n is bit n - 1.
  func text(signalMask: UInt64) -> [UInt8] {
    guard let digits else { return source }
    var text = source
    let hexadecimal = String(signalMask, radix: 16)
    text.replaceSubrange(
      digits.suffix(hexadecimal.utf8.count), with: Array(hexadecimal.utf8))
    return text
  }

  /// For safe attach: a script that raises nothing, as CPython would print and forget that.
  ///
  /// What a signal handler raised is raised again by the same signal when the script is over.
  /// Nothing may be called after that signal, for CPython handles it at its next look.
  ///
  /// - Parameter signalMask: the signals that are blocked in the thread as its program has it, if that
  ///   is known: the script unblocks others that wait (see ``RequestWatch``).
  func script(signalMask: UInt64?) -> String {
    let text = String(decoding: source.dropLast(), as: UTF8.self)
    return """
      n = {'late': 'trip', 'mask': \(signalMask.map { "\($0)" } ?? "None")}
      for i in 0, 1, 2:
       try:
        __import__('builtins').exec(compile(\(PythonLiteral.string(text)), '<matrix>', 'exec'), n)
        i = n.get('raised') and __import__('builtins').type('', (), {'__del__': staticmethod(
         __import__('_functools').partial(__import__('_thread').interrupt_main, n['raised']))})()
        break
       except BaseException as e:
        n['raised'] = e
      n = None
      del i

      """
  }
}
