/// Why an object file, or a part of it, cannot be read.
public enum ObjectFileError: Error, Hashable, Sendable {
  /// The first bytes are those of no format that is known here.
  case unrecognized
  /// A form of a known format that is not read, such as a 32-bit ELF file.
  case unsupported(String)
  /// Something that the format does not allow.
  case damaged(String)
  /// A place outside of the file. Offset, count and size in bytes.
  case outside(offset: UInt64, count: Int, size: UInt64)
  /// The system refused to read; `errno` as it gave it.
  case unreadable(errno: Int32, reason: String)
}

extension ObjectFileError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .unrecognized: "it is no ELF, PE or Mach-O file"
    case .unsupported(let what): "\(what) is not supported"
    case .damaged(let what): "the file is damaged: \(what)"
    case .outside(let offset, let count, let size):
      "the file is damaged or incomplete: \(count) bytes at \(offset) are needed, it has \(size)"
    case .unreadable(_, let reason): "it cannot be read: \(reason)"
    }
  }
}
