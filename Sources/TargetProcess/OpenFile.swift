import Glibc
public import ObjectFile
public import SystemPackage

/// A regular file that is open for reading, whatever becomes of its name; closed with its last
/// reference.
public final class OpenFile: ByteSource {
  private let descriptor: FileDescriptor
  /// The size when it was opened, in bytes.
  public let count: UInt64
  /// With the device it names the file; see `stat`.
  public let inode: UInt64

  /// - Throws: the system's number; `EISDIR` for a folder and `EINVAL` for anything else that is no
  ///   regular file.
  public init(_ path: FilePath) throws(Errno) {
    do {
      // Without nonBlocking a named pipe would keep us waiting for a writer.
      descriptor = try FileDescriptor.open(path, .readOnly, options: [.nonBlocking, .closeOnExec])
    } catch {
      throw error as? Errno ?? .ioError
    }
    var status = stat()
    guard fstat(descriptor.rawValue, &status) == 0 else {
      let number = Errno(rawValue: errno)
      try? descriptor.close()
      throw number
    }
    let type = mode_t(status.st_mode) & S_IFMT
    guard type == S_IFREG else {
      try? descriptor.close()
      throw type == S_IFDIR ? .isDirectory : .invalidArgument
    }
    count = UInt64(clamping: status.st_size)
    inode = UInt64(status.st_ino)
  }

  deinit { try? descriptor.close() }

  public func read(
    at offset: UInt64, into buffer: UnsafeMutableRawBufferPointer
  ) throws(ObjectFileError) {
    let (end, wraps) = offset.addingReportingOverflow(UInt64(buffer.count))
    guard !wraps, end <= count, end <= UInt64(Int64.max) else {
      throw .outside(offset: offset, count: buffer.count, size: count)
    }
    var done = 0
    while done < buffer.count {
      let result: Int
      do {
        result = try descriptor.read(
          fromAbsoluteOffset: Int64(offset) + Int64(done),
          into: UnsafeMutableRawBufferPointer(rebasing: buffer[done...]))
      } catch {
        let number = error as? Errno ?? .ioError
        throw .unreadable(errno: number.rawValue, reason: "\(number)")
      }
      // The file was truncated after it was opened.
      guard result > 0 else {
        throw .outside(offset: offset, count: buffer.count, size: offset + UInt64(done))
      }
      done += result
    }
  }
}
