import SystemPackage

/// What the debuggee reads: a pipe where its scenario writes to it, else nothing.
final class StandardInput: Sendable {
  let readingEnd: FileDescriptor
  let writingEnd: FileDescriptor?

  init(isRead: Bool) throws(Errno) {
    do {
      if isRead {
        let pipe = try FileDescriptor.pipe()
        (readingEnd, writingEnd) = (pipe.readEnd, pipe.writeEnd)
      } else {
        readingEnd = try FileDescriptor.open("/dev/null", .readOnly)
        writingEnd = nil
      }
    } catch {
      throw error as? Errno ?? .ioError
    }
  }

  func close() {
    try? readingEnd.close()
    try? writingEnd?.close()
  }
}
