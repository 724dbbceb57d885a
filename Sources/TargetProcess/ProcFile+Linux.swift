#if os(Linux)
  import Glibc
  import SystemPackage

  /// Reads below `/proc`, where files have no size and may vanish at any time.
  enum ProcFile {
    static func read(_ path: FilePath) -> [UInt8]? { try? contents(path) }

    /// - Throws: what the system said to opening or reading.
    static func contents(_ path: FilePath) throws(Errno) -> [UInt8] {
      let descriptor = path.withPlatformString { open($0, O_RDONLY | O_CLOEXEC) }
      guard descriptor >= 0 else { throw Errno(rawValue: errno) }
      defer { close(descriptor) }
      var number: Int32 = 0
      var bytes: [UInt8] = []
      while true {
        let chunk = [UInt8](unsafeUninitializedCapacity: 16_384) { memory, count in
          var result = 0
          repeat {
            result = Glibc.read(descriptor, memory.baseAddress, memory.count)
            number = result < 0 ? errno : 0
          } while number == EINTR
          count = max(0, result)
        }
        if number != 0 { throw Errno(rawValue: number) }
        if chunk.isEmpty { return bytes }
        if bytes.isEmpty { bytes = chunk } else { bytes += chunk }
      }
    }

    /// What one read of a file gives: all of one that is a line or two, such as `stat`.
    static func start(_ path: String) -> [UInt8]? {
      let descriptor = open(path, O_RDONLY | O_CLOEXEC)
      guard descriptor >= 0 else { return nil }
      defer { close(descriptor) }
      let bytes = [UInt8](unsafeUninitializedCapacity: 1024) { memory, count in
        var result = 0
        repeat {
          result = Glibc.read(descriptor, memory.baseAddress, memory.count)
        } while result < 0 && errno == EINTR
        count = max(0, result)
      }
      return bytes.isEmpty ? nil : bytes
    }

    static func link(_ path: FilePath) -> String? {
      var buffer = [CChar](repeating: 0, count: 4096)
      let count = path.withPlatformString { readlink($0, &buffer, buffer.count) }
      guard count >= 0 else { return nil }
      return String(decoding: buffer.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
  }
#endif
