import Dispatch
import Synchronization
import SystemPackage

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Drains one stream of the debuggee, so that it never blocks on writing, and lets the script wait
/// for texts.
final class OutputLog: Sendable {
  private struct State {
    /// The end of what was written, for the report.
    var tail: [UInt8] = []
    /// What no `output` statement has taken yet.
    var unread = ""
    var isClosed = false
    var waiter: (text: String, continuation: CheckedContinuation<Bool, Never>)?
  }

  /// A program that writes without end must not fill our memory.
  private static let unreadLimit = 1 << 20

  private let state = Mutex(State())
  private let pipe: FileDescriptor
  private let queue = DispatchQueue(label: "matrix.output")
  // Cancelling, all that is done with it later, may be done from any thread.
  private nonisolated(unsafe) let source: any DispatchSourceRead

  /// - Parameter pipe: the reading end; closed after ``close()`` or the stream's end.
  init(draining pipe: FileDescriptor) {
    self.pipe = pipe
    _ = fcntl(pipe.rawValue, F_SETFL, O_NONBLOCK)
    source = DispatchSource.makeReadSource(fileDescriptor: pipe.rawValue, queue: queue)
    source.setCancelHandler { try? pipe.close() }
    source.setEventHandler { [self] in
      if !self.drain() { self.end() }
    }
    source.resume()
  }

  /// At most ``CellOutcome/outputLimit`` bytes of the end.
  var tail: String { state.withLock { String(decoding: $0.tail, as: UTF8.self) } }

  /// What follows the last text that was waited for.
  var unread: String { state.withLock { $0.unread } }

  /// Reads what is there already, and nothing that comes later.
  func close() {
    queue.sync {
      guard !state.withLock({ $0.isClosed }) else { return }
      drain()
      end()
    }
  }

  /// Waits until `text` has been written behind the last text that was waited for.
  ///
  /// - Returns: false when the stream ends without it.
  func wait(for text: String) async -> Bool {
    await withCheckedContinuation { continuation in
      state.withLock { state in
        state.waiter = (text, continuation)
        Self.serve(&state)
      }
    }
  }

  /// - Returns: whether more can come.
  @discardableResult
  private func drain() -> Bool {
    var chunk = [UInt8](repeating: 0, count: 16_384)
    while true {
      let count = chunk.withUnsafeMutableBytes { try? pipe.read(into: $0) }
      guard let count else { return true }
      if count == 0 { return false }
      state.withLock { state in
        state.tail = Array((state.tail + chunk[..<count]).suffix(CellOutcome.outputLimit))
        state.unread += String(decoding: chunk[..<count], as: UTF8.self)
        if state.unread.utf8.count > Self.unreadLimit {
          state.unread = String(state.unread.suffix(Self.unreadLimit / 2))
        }
        Self.serve(&state)
      }
    }
  }

  private func end() {
    source.cancel()
    state.withLock { state in
      state.isClosed = true
      Self.serve(&state)
    }
  }

  private static func serve(_ state: inout State) {
    guard let (text, continuation) = state.waiter else { return }
    if let found = state.unread.firstRange(of: text) {
      state.unread.removeSubrange(..<found.upperBound)
      state.waiter = nil
      continuation.resume(returning: true)
    } else if state.isClosed {
      state.waiter = nil
      continuation.resume(returning: false)
    }
  }
}
