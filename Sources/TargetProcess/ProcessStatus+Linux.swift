#if os(Linux)
  extension ProcessStatus {
    /// `PF_EXITING` of the kernel's flags for a thread.
    private static let exiting: UInt64 = 0x4

    /// Reads the text of `/proc/PID/stat`.
    init?(parsing stat: [UInt8]) {
      // The name, in parentheses, may hold anything; the last ')' ends it.
      guard let nameEnd = stat.lastIndex(of: UInt8(ascii: ")")) else { return nil }
      var fields = TextFields(stat[(nameEnd + 1)...])
      guard let state = fields.word()?.first, let parent = fields.number(),
        fields.word() != nil, let session = fields.number(),
        fields.skip(2), let flags = fields.number(), fields.skip(12),
        let startTime = fields.number()
      else { return nil }
      self.init(
        state: Character(Unicode.Scalar(state)), parent: Int32(clamping: parent),
        session: Int32(clamping: session), startTime: startTime,
        isExiting: flags & Self.exiting != 0)
    }
  }

  /// Words between spaces, one after the other.
  private struct TextFields {
    private var rest: ArraySlice<UInt8>

    init(_ text: ArraySlice<UInt8>) { rest = text }

    mutating func word() -> ArraySlice<UInt8>? {
      while rest.first == UInt8(ascii: " ") { rest.removeFirst() }
      guard !rest.isEmpty else { return nil }
      let end = rest.firstIndex(of: UInt8(ascii: " ")) ?? rest.endIndex
      defer { rest = rest[end...] }
      return rest[..<end]
    }

    /// Nil for a word that is no number; one that is negative counts as 0.
    mutating func number() -> UInt64? {
      guard let word = word() else { return nil }
      if word.first == UInt8(ascii: "-") { return 0 }
      return UInt64(digits: word, radix: 10)
    }

    mutating func skip(_ count: Int) -> Bool {
      for _ in 0..<count where word() == nil { return false }
      return true
    }
  }

  /// The text of a file such as `/proc/PID/status`: lines of a key, a colon and words.
  struct StatusText: Sendable {
    private let text: [UInt8]

    init(_ text: [UInt8]) { self.text = text }

    /// The first word behind a key, as a number.
    func number<Number: FixedWidthInteger>(
      _ key: String, radix: Int = 10, as type: Number.Type = Number.self
    ) -> Number? {
      let lines = text.split(separator: UInt8(ascii: "\n"))
      let key = Array(key.utf8) + [UInt8(ascii: ":")]
      guard let line = lines.first(where: { $0.starts(with: key) }) else { return nil }
      let word = line.dropFirst(key.count).drop {
        $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t")
      }
      .prefix { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "\t") }
      return Number(String(decoding: word, as: UTF8.self), radix: radix)
    }
  }
#endif
