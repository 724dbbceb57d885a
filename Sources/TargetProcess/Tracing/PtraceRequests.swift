internal import CTargetProcess
import Glibc
import SystemPackage

/// What can be read and changed while a thread is stopped. Everything throws ``TraceError``.
extension TracedThread {
  /// Whether the stop at a system call is at its entry (1) or its exit (2); 0 elsewhere. Linux 5.3.
  public func systemCallSide() throws(TraceError) -> UInt8 {
    // The first byte of a structure; a shorter buffer than the structure is allowed.
    var side: UInt64 = 0
    return try withUnsafeMutableBytes(of: &side) { (bytes) throws(TraceError) in
      let address = UInt(bitPattern: bytes.baseAddress)
      _ = try Self.call(
        .systemCallInformation, id, UInt(bytes.count), address, "PTRACE_GET_SYSCALL_INFO")
      return bytes[0]
    }
  }

  /// The signals that are blocked in the thread: number n is bit n - 1.
  public func signalMask() throws(TraceError) -> UInt64 {
    var mask: UInt64 = 0
    try withUnsafeMutableBytes(of: &mask) { (bytes) throws(TraceError) in
      let address = UInt(bitPattern: bytes.baseAddress)
      _ = try Self.call(.signalMask, id, 8, address, "PTRACE_GETSIGMASK")
    }
    return mask
  }

  public func setSignalMask(_ mask: UInt64) throws(TraceError) {
    var mask = mask
    try withUnsafeMutableBytes(of: &mask) { (bytes) throws(TraceError) in
      let address = UInt(bitPattern: bytes.baseAddress)
      _ = try Self.call(.setSignalMask, id, 8, address, "PTRACE_SETSIGMASK")
    }
  }

  /// A set of registers by the kernel's number for it (`NT_PRSTATUS` is 1).
  public func registerSet(_ set: UInt, capacity: Int) throws(TraceError) -> [UInt8] {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: capacity, alignment: 64)
    defer { buffer.deallocate() }
    let count = try Self.transfer(.registerSet, id, set, buffer, "PTRACE_GETREGSET")
    return Array(buffer.prefix(count))
  }

  public func setRegisterSet(_ set: UInt, _ bytes: [UInt8]) throws(TraceError) {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 64)
    defer { buffer.deallocate() }
    buffer.copyBytes(from: bytes)
    _ = try Self.transfer(.setRegisterSet, id, set, buffer, "PTRACE_SETREGSET")
  }

  /// Whether the stopped thread is inside a restartable sequence (rseq(2)), which may not be left for
  /// other code and entered again.
  ///
  /// - Parameter instruction: where the thread is.
  public func isInRestartableSequence(
    _ instruction: UInt64, memory: ProcessMemory
  ) throws(TraceError) -> Bool {
    // Every value below is the target's to choose.
    guard let area = try restartableSequenceArea(),
      // struct rseq: rseq_cs at 8. struct rseq_cs: version, flags, start_ip, post_commit_offset.
      let sequence = try? memory.number(at: area &+ 8, as: UInt64.self), sequence != 0,
      let start = try? memory.number(at: sequence &+ 8, as: UInt64.self),
      let length = try? memory.number(at: sequence &+ 16, as: UInt64.self)
    else { return false }
    return instruction &- start < length
  }

  /// Where the thread's `struct rseq` is; nil when it has none, or the kernel does not say.
  private func restartableSequenceArea() throws(TraceError) -> UInt64? {
    let size = 24
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: size, alignment: 8)
    defer { buffer.deallocate() }
    do throws(TraceError) {
      let address = UInt(bitPattern: buffer.baseAddress)
      _ = try Self.call(
        .restartableSequence, id, UInt(size), address, "PTRACE_GET_RSEQ_CONFIGURATION")
    } catch {
      if error == .gone { throw error }
      return nil
    }
    let area = buffer.load(as: UInt64.self)
    return area == 0 ? nil : area
  }

  /// Writes where the process itself may not write, such as code, through `/proc/PID/mem` and, where
  /// the system has closed that, word by word.
  ///
  /// - Throws: ``TraceError`` when a byte could not be written; a beginning may have been.
  public func writeProtected(_ bytes: [UInt8], at address: UInt64) throws(TraceError) {
    if writeThroughFile(bytes, at: address) { return }
    var padded = bytes
    padded += [UInt8](repeating: 0, count: -bytes.count & 7)
    for offset in stride(from: 0, to: padded.count, by: 8) {
      let word = padded.withUnsafeBytes {
        $0.loadUnaligned(fromByteOffset: offset, as: UInt.self)
      }
      _ = try Self.call(.poke, id, UInt(address &+ UInt64(offset)), word, "PTRACE_POKEDATA")
    }
  }

  private func writeThroughFile(_ bytes: [UInt8], at address: UInt64) -> Bool {
    guard let offset = Int64(exactly: address),
      let file = try? FileDescriptor.open("/proc/\(id)/mem", .writeOnly)
    else { return false }
    defer { try? file.close() }
    return bytes.withUnsafeBytes { bytes in
      (try? file.write(toAbsoluteOffset: offset, bytes)) == bytes.count
    }
  }
}

extension TracedThread {
  /// Requests of ptrace(2) by their numbers, which are the same on every architecture.
  enum Request: Int {
    case poke = 5
    case resume = 7
    case detach = 17
    case resumeToSystemCall = 24
    case registerSet = 0x4204
    case setRegisterSet = 0x4205
    case seize = 0x4206
    case interrupt = 0x4207
    case listen = 0x4208
    case signalMask = 0x420a
    case setSignalMask = 0x420b
    case systemCallInformation = 0x420e
    case restartableSequence = 0x420f
  }

  static func call(
    _ request: Request, _ thread: Int32, _ address: UInt, _ data: UInt, _ name: String
  ) throws(TraceError) -> Int {
    let value = matrix_ptrace(request.rawValue, thread, address, data)
    if value >= 0 || value < -4095 { return value }
    throw Int32(-value) == ESRCH ? .gone : .refused(operation: name, errno: Int32(-value))
  }

  /// - Returns: how many bytes were transferred.
  private static func transfer(
    _ request: Request, _ thread: Int32, _ set: UInt, _ bytes: UnsafeMutableRawBufferPointer,
    _ name: String
  ) throws(TraceError) -> Int {
    var vector = iovec(iov_base: bytes.baseAddress, iov_len: bytes.count)
    try withUnsafeMutableBytes(of: &vector) { (vector) throws(TraceError) in
      let address = UInt(bitPattern: vector.baseAddress)
      _ = try call(request, thread, set, address, name)
    }
    return vector.iov_len
  }
}
