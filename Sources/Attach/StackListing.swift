/// All threads' Python stacks, as ``Payload/stacks`` answers.
public struct StackListing: Hashable, Sendable, Codable {
  public struct Local: Hashable, Sendable, Codable {
    public var name: String
    public var value: String
  }

  public struct Frame: Hashable, Sendable, Codable {
    public var file: String
    public var line: Int
    public var function: String
    public var locals: [Local] = []
  }

  public struct Thread: Hashable, Sendable, Codable {
    /// `threading.get_ident()`.
    public var ident: UInt64
    /// Empty for a thread that `threading` does not know.
    public var name: String
    /// The innermost first.
    public var frames: [Frame] = []
  }

  public var threads: [Thread] = []

  /// Reads lines of fields with tabs between: `T`, `F` and `L`. Others are left out.
  public init(parsing text: String) {
    for line in text.split(separator: "\n") {
      let fields = line.split(separator: "\t", omittingEmptySubsequences: false).map(Self.unescape)
      switch (fields.first, fields.count) {
      case ("T", 3):
        threads.append(Thread(ident: UInt64(fields[1]) ?? 0, name: fields[2]))
      case ("F", 4) where !threads.isEmpty:
        threads[threads.count - 1].frames.append(
          Frame(file: fields[1], line: Int(fields[2]) ?? 0, function: fields[3]))
      case ("L", 3):
        guard let thread = threads.indices.last,
          let frame = threads[thread].frames.indices.last
        else { continue }
        threads[thread].frames[frame].locals.append(Local(name: fields[1], value: fields[2]))
      default: continue
      }
    }
  }

  private static func unescape(_ field: Substring) -> String {
    var text = ""
    var isEscaped = false
    for character in field {
      switch (isEscaped, character) {
      case (false, "\\"): isEscaped = true
      case (false, _): text.append(character)
      case (true, "n"): (text, isEscaped) = (text + "\n", false)
      case (true, "t"): (text, isEscaped) = (text + "\t", false)
      case (true, _): (text, isEscaped) = (text + String(character), false)
      }
    }
    return text
  }
}

extension StackListing: CustomStringConvertible {
  public var description: String {
    threads.map { thread in
      let head = thread.name.isEmpty ? "\(thread.ident)" : "\(thread.ident) (\(thread.name))"
      let frames = thread.frames.map { frame in
        (["  \(frame.file):\(frame.line) in \(frame.function)"]
          + frame.locals.map { "      \($0.name) = \($0.value)" }).joined(separator: "\n")
      }
      return (["thread \(head)"] + frames).joined(separator: "\n")
    }.joined(separator: "\n\n")
  }
}
