import Glibc
import Synchronization
import SystemPackage

/// The standard streams of a debuggee: the ends that it inherits, and those that the harness keeps.
final class StandardStreams: Sendable {
  /// The debuggee's ends; closed in this process once the debuggee has inherited them.
  let childInput, childOutput, childErrors: FileDescriptor
  let output, errors: OutputLog
  /// Nil where the debuggee reads from `/dev/null`.
  private let input: FileDescriptor?
  /// Keep the pipes open for reading until ``close()``: a process that the debuggee has left behind is
  /// to be found by the after-checks, and not to be ended by SIGPIPE before.
  private let readers: [FileDescriptor]

  private struct State {
    var areChildEndsOpen = true
    var isClosed = false
  }

  private let state = Mutex(State())

  /// - Parameter readsInput: whether the debuggee is written to.
  init(readsInput: Bool) throws(Errno) {
    var made: [FileDescriptor] = []
    do {
      func pipe() throws -> (readEnd: FileDescriptor, writeEnd: FileDescriptor) {
        let ends = try FileDescriptor.pipe()
        for end in [ends.readEnd, ends.writeEnd] {
          made.append(end)
          // Other cells start programs at the same time.
          _ = fcntl(end.rawValue, F_SETFD, FD_CLOEXEC)
        }
        return ends
      }
      if readsInput {
        let ends = try pipe()
        _ = fcntl(ends.writeEnd.rawValue, F_SETFL, O_NONBLOCK)
        (childInput, input) = (ends.readEnd, ends.writeEnd)
      } else {
        childInput = try FileDescriptor.open("/dev/null", .readOnly, options: [.closeOnExec])
        made.append(childInput)
        input = nil
      }
      let (outputEnd, errorsEnd) = (try pipe(), try pipe())
      (childOutput, childErrors) = (outputEnd.writeEnd, errorsEnd.writeEnd)
      readers = try [outputEnd.readEnd, errorsEnd.readEnd].map { end in
        let copy = fcntl(end.rawValue, F_DUPFD_CLOEXEC, 0)
        guard copy >= 0 else { throw Errno(rawValue: errno) }
        made.append(FileDescriptor(rawValue: copy))
        return FileDescriptor(rawValue: copy)
      }
      // A log closes its end itself, also where there is no thread for it.
      made.removeAll { [outputEnd.readEnd, errorsEnd.readEnd].contains($0) }
      do {
        output = try OutputLog(draining: outputEnd.readEnd)
      } catch {
        try? errorsEnd.readEnd.close()
        throw error
      }
      do {
        errors = try OutputLog(draining: errorsEnd.readEnd)
      } catch {
        output.close()
        throw error
      }
    } catch {
      for descriptor in made { try? descriptor.close() }
      throw error as? Errno ?? .ioError
    }
  }

  /// Call once the debuggee has its ends, or never will.
  func closeChildEnds() {
    let wereOpen = state.withLock { state in
      defer { state.areChildEndsOpen = false }
      return state.areChildEndsOpen
    }
    guard wereOpen else { return }
    for end in [childInput, childOutput, childErrors] { try? end.close() }
  }

  /// Nothing is written afterwards. Idempotent.
  func close() {
    closeChildEnds()
    output.close()
    errors.close()
    let wasClosed = state.withLock { state in
      defer { state.isClosed = true }
      return state.isClosed
    }
    guard !wasClosed else { return }
    for end in readers { try? end.close() }
    try? input?.close()
  }

  /// Writes to the debuggee's standard input while `goesOn`. A program that does not read any more is
  /// not an error here: what it does instead of reading is what the script looks at.
  func write(_ text: String, while goesOn: () -> Bool) async {
    guard let input else { return }
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty, goesOn() {
      do {
        rest.removeFirst(try rest.withUnsafeBytes { try input.write($0) })
      } catch Errno.wouldBlock, Errno.interrupted {
        // The pipe is full. The wait is short, since the program may end without reading from it.
        guard (try? await Task.sleep(for: .milliseconds(5))) != nil else { return }
      } catch {
        return
      }
    }
  }
}

/// Drains one stream of the debuggee, so that it never blocks on writing, and lets the script wait
/// for texts.
final class OutputLog: Sendable {
  private struct State {
    /// The end of what was written, for the report.
    var tail: [UInt8] = []
    /// What no `output` statement has taken yet. Bytes and not text: a character may be read in two
    /// parts.
    var unread: [UInt8] = []
    /// How much of ``unread`` is known not to begin the text that is waited for.
    var searched = 0
    /// From here on the descriptor is the watch's alone, which may have closed it.
    var isClosed = false
    var watch: DescriptorWatch?
    var waiter: (text: [UInt8], continuation: CheckedContinuation<Bool, Never>)?
  }

  /// A program that writes without end must not fill our memory.
  private static let unreadLimit = 1 << 20
  private static let chunkSize = 1 << 16
  /// `F_GETPIPE_SZ` of fcntl(2), which the headers declare with _GNU_SOURCE only.
  private static let getPipeSize: Int32 = 1032

  private let state = Mutex(State())
  private let pipe: FileDescriptor

  /// - Parameter pipe: the reading end, which is the log's from here on, also when this throws. It is
  ///   closed after ``close()`` or the stream's end.
  init(draining pipe: FileDescriptor) throws(Errno) {
    self.pipe = pipe
    _ = fcntl(pipe.rawValue, F_SETFL, O_NONBLOCK)
    do {
      let watch = try DescriptorWatch(owning: pipe.rawValue) { [self] in
        state.withLock { state in
          // One chunk at a time: a program that writes without end does not keep ``close()`` waiting.
          if !state.isClosed, Self.read(pipe, &state) == 0 { Self.end(&state) }
          return !state.isClosed
        }
      }
      state.withLock { $0.watch = $0.isClosed ? nil : watch }
    } catch {
      throw Errno(rawValue: error.errno)
    }
  }

  /// At most ``CellOutcome/outputLimit`` bytes of the end.
  var tail: String { Self.text(tailBytes) }

  /// ``tail`` as it was written.
  var tailBytes: [UInt8] { state.withLock { $0.tail } }

  /// What follows the last text that was waited for.
  var unread: String { state.withLock { Self.text($0.unread) } }

  /// Reads what is in the pipe already, which is at most the pipe's size, and then no more: another
  /// process may write into it without end.
  func close() {
    state.withLock { state in
      guard !state.isClosed else { return }
      let size = max(fcntl(pipe.rawValue, Self.getPipeSize), Int32(Self.chunkSize))
      var taken = 0
      while taken < size, let count = Self.read(pipe, &state), count > 0 { taken += count }
      Self.end(&state)
    }
  }

  /// Waits until `text` has been written behind the last text that was waited for.
  ///
  /// - Returns: false when the stream ends without it, or the task is cancelled.
  func wait(for text: String) async -> Bool {
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        state.withLock { state in
          if Task.isCancelled { return continuation.resume(returning: false) }
          state.waiter = (Array(text.utf8), continuation)
          state.searched = 0
          Self.serve(&state)
        }
      }
    } onCancel: {
      state.withLock { state in
        state.waiter?.continuation.resume(returning: false)
        state.waiter = nil
      }
    }
  }

  /// - Returns: how many bytes; 0 at the stream's end, nil when there is nothing now.
  private static func read(_ pipe: FileDescriptor, _ state: inout State) -> Int? {
    withUnsafeTemporaryAllocation(byteCount: chunkSize, alignment: 1) { buffer in
      guard let count = try? pipe.read(into: buffer) else { return nil }
      let chunk = buffer[..<count]
      state.tail = Array((state.tail + chunk).suffix(CellOutcome.outputLimit))
      state.unread += chunk
      if state.unread.count > unreadLimit {
        state.unread = Array(state.unread.suffix(unreadLimit / 2))
        state.searched = 0
      }
      serve(&state)
      return count
    }
  }

  private static func end(_ state: inout State) {
    state.isClosed = true
    state.watch?.stop()
    state.watch = nil
    serve(&state)
  }

  private static func serve(_ state: inout State) {
    guard let (text, continuation) = state.waiter else { return }
    if let found = state.unread[state.searched...].firstRange(of: text) {
      state.unread.removeSubrange(..<found.upperBound)
      state.waiter = nil
      continuation.resume(returning: true)
    } else if state.isClosed {
      state.waiter = nil
      continuation.resume(returning: false)
    } else {
      state.searched = max(0, state.unread.count - text.count + 1)
    }
  }

  /// Leaves out the rest of a character whose beginning is not kept.
  private static func text(_ bytes: [UInt8]) -> String {
    let cut = bytes.prefix(3).prefix { $0 & 0xC0 == 0x80 }.count
    return String(decoding: bytes.dropFirst(cut), as: UTF8.self)
  }
}
