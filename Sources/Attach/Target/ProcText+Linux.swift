#if os(Linux)
  import SystemPackage

  /// A small text file below `/proc/PID`.
  struct ProcText {
    /// Empty when the file cannot be read.
    var lines: [Substring]
    /// What the system said, if it refused.
    var failure: Errno?

    init(pid: Int32, file: String) { self.init(FilePath("/proc/\(pid)/\(file)")) }

    init(_ path: FilePath) {
      lines = []
      do {
        let descriptor = try FileDescriptor.open(path, .readOnly)
        try descriptor.closeAfter {
          var bytes: [UInt8] = []
          while true {
            let chunk = try [UInt8](unsafeUninitializedCapacity: 16_384) { memory, count in
              count = try descriptor.read(into: UnsafeMutableRawBufferPointer(memory))
            }
            if chunk.isEmpty { break }
            bytes += chunk
          }
          lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
        }
      } catch {
        failure = error as? Errno
      }
    }

    /// The words behind `KEY:` in a file such as `status`.
    subscript(key: String) -> [Substring]? {
      let prefix = key + ":"
      return lines.first { $0.hasPrefix(prefix) }?.dropFirst(prefix.count)
        .split { $0 == " " || $0 == "\t" }
    }

    func number<Number: FixedWidthInteger>(
      _ key: String, radix: Int = 10, as type: Number.Type = Number.self
    ) -> Number? {
      self[key]?.first.flatMap { Number($0, radix: radix) }
    }
  }
#endif
