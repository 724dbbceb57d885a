/// What the system says about a live process at one moment.
public struct ProcessStatus: Hashable, Sendable {
  /// One letter: `R`, `S`, `D`, `Z`, `T` (stopped), `t` (stopped by a tracer), …
  public var state: Character
  public var parent: Int32
  public var session: Int32
  /// In clock ticks since the system started; with the pid it names a process for good.
  public var startTime: UInt64
  /// Whether its first thread is ending (`PF_EXITING`): it has, or soon has, no memory, no root and no
  /// open files any more, some time before it is a zombie.
  public var isExiting: Bool

  public init(
    state: Character, parent: Int32, session: Int32, startTime: UInt64, isExiting: Bool = false
  ) {
    self.state = state
    self.parent = parent
    self.session = session
    self.startTime = startTime
    self.isExiting = isExiting
  }

  public var isZombie: Bool { state == "Z" || state == "X" }
  /// Whether its first thread has ended, or is about to; others may outlive it.
  public var isOver: Bool { isZombie || isExiting }
  public var isStopped: Bool { state == "T" || state == "t" }
}

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
