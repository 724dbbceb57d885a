import Glibc
public import SystemPackage

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

/// A small text file below `/proc/PID`, such as `status`, read at once.
public struct ProcText: Sendable {
  /// Empty when the file cannot be read.
  public var lines: [Substring]
  /// What the system said, if it refused.
  public var failure: Errno?

  public init(pid: Int32, file: String) { self.init(FilePath("/proc/\(pid)/\(file)")) }

  public init(_ path: FilePath) {
    lines = []
    do {
      lines = String(decoding: try ProcFile.contents(path), as: UTF8.self).split(separator: "\n")
    } catch {
      failure = error
    }
  }

  /// The words behind `KEY:` in a file such as `status`.
  public subscript(key: String) -> [Substring]? {
    let prefix = key + ":"
    return lines.first { $0.hasPrefix(prefix) }?.dropFirst(prefix.count)
      .split { $0 == " " || $0 == "\t" }
  }

  /// The first word behind `KEY:`, as a number.
  public func number<Number: FixedWidthInteger>(
    _ key: String, radix: Int = 10, as type: Number.Type = Number.self
  ) -> Number? {
    self[key]?.first.flatMap { Number($0, radix: radix) }
  }
}
