import SystemPackage

/// Reads the primitives of the agent's wire from a stream socket, which it does not own.
///
/// The wire has no framing: a reader that meets something it does not know cannot go on.
final class WireReader {
  /// No text or list that an agent sends for good reason is longer.
  private static let limit = 64 << 20

  private let socket: FileDescriptor
  private var buffer: [UInt8] = []
  private var position = 0

  init(socket: FileDescriptor) { self.socket = socket }

  /// Four ASCII bytes.
  func code() throws(SessionError) -> String {
    String(decoding: try bytes(4), as: UTF8.self)
  }

  /// Eight bytes, signed, big-endian.
  func integer() throws(SessionError) -> Int {
    Int(truncatingIfNeeded: try bytes(8).reduce(0 as UInt64) { $0 << 8 | UInt64($1) })
  }

  /// A number of things that follow.
  func count() throws(SessionError) -> Int {
    let count = try integer()
    guard (0...Self.limit).contains(count) else {
      throw .protocolViolation("a count of \(count)")
    }
    return count
  }

  /// A prefix byte, then for `U` and `A` a length and as many bytes (UTF-8, Latin-1); nil for `N`.
  func string() throws(SessionError) -> String? {
    let prefix = try bytes(1)
    switch prefix.first {
    case UInt8(ascii: "N"): return nil
    case UInt8(ascii: "U"): return String(decoding: try bytes(try count()), as: UTF8.self)
    case UInt8(ascii: "A"):
      return String(
        String.UnicodeScalarView(try bytes(try count()).map { Unicode.Scalar($0) }))
    default: throw .protocolViolation("a string with the prefix \(Array(prefix))")
    }
  }

  /// A string that is not null.
  func text() throws(SessionError) -> String {
    guard let text = try string() else { throw .protocolViolation("null where a text is due") }
    return text
  }

  private func bytes(_ count: Int) throws(SessionError) -> ArraySlice<UInt8> {
    while buffer.count - position < count { try fill() }
    defer { position += count }
    return buffer[position..<position + count]
  }

  private func fill() throws(SessionError) {
    var failure: SessionError?
    let rest = buffer[position...]
    let chunk = 1 << 16
    var received = 0
    buffer = Array(unsafeUninitializedCapacity: rest.count + chunk) { memory, count in
      _ = memory.initialize(from: rest)
      do {
        received = try socket.read(
          into: UnsafeMutableRawBufferPointer(
            UnsafeMutableBufferPointer(rebasing: memory[rest.count...])))
      } catch let error as Errno where error != .connectionReset {
        failure = .socket(operation: "read", errno: error.rawValue, message: error.description)
      } catch {
        // A peer that is killed resets the connection instead of closing it.
      }
      count = rest.count + received
    }
    position = 0
    if let failure { throw failure }
    if received == 0 { throw .closed }
  }
}
