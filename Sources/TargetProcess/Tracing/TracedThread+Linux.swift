#if os(Linux)
  internal import CTargetProcess
  import Glibc

  /// A thread of another process that this thread traces, from seizing to detaching.
  ///
  /// Everything must be called on the thread that seized: the kernel knows one thread as the tracer.
  /// When that thread ends, however it ends, the kernel detaches and the traced thread goes on; so a
  /// tracer that may give up half-way should run on a thread of its own. `PTRACE_O_EXITKILL` is
  /// never set.
  public struct TracedThread: ~Copyable {
    public let id: Int32

    /// Begins to trace, without stopping the thread.
    ///
    /// Stops at system calls are marked: an unmarked one would leave a real `SIGTRAP` behind when
    /// the tracer is killed there.
    public init(seizing id: Int32) throws(TraceError) {
      self.id = id
      _ = try Self.call(.seize, id, 0, 1, "PTRACE_SEIZE")
    }

    /// Stops the thread, wherever it is, and waits for that.
    ///
    /// Signals that were on their way are delivered first. A thread that does not stop in time is in
    /// an uninterruptible wait; then it cannot be detached from either, but by the end of the tracing
    /// thread.
    public func interrupt(
      until deadline: ContinuousClock.Instant
    ) throws(TraceError) -> ThreadStop {
      _ = try Self.call(.interrupt, id, 0, 0, "PTRACE_INTERRUPT")
      while true {
        let stop = try waitForStop(until: deadline)
        guard case .signal(let signal) = stop else { return stop }
        _ = try Self.call(.resume, id, 0, UInt(signal), "PTRACE_CONT")
      }
    }

    /// Lets it run to the next beginning or end of a system call.
    ///
    /// - Parameter signal: delivered to the thread on the way; 0 for none.
    public func resumeToSystemCall(
      delivering signal: Int32 = 0, until deadline: ContinuousClock.Instant
    ) throws(TraceError) -> ThreadStop {
      _ = try Self.call(.resumeToSystemCall, id, 0, UInt(signal), "PTRACE_SYSCALL")
      return try waitForStop(until: deadline)
    }

    /// Lets it go. It must be stopped; a thread whose process is stopped stays stopped.
    public func detach() throws(TraceError) {
      _ = try Self.call(.detach, id, 0, 0, "PTRACE_DETACH")
    }

    /// Whether the stop at a system call is before (1) or after (2) it; 0 elsewhere. Linux 5.3.
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

    /// The signals that it does not receive now: number n is bit n - 1.
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

    /// Where the thread's `struct rseq` is; nil when it has none, or the kernel does not say.
    func restartableSequenceArea() throws(TraceError) -> UInt64? {
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

    /// Writes eight bytes wherever the process may not write itself.
    public func poke(_ word: UInt64, at address: UInt64) throws(TraceError) {
      _ = try Self.call(.poke, id, UInt(address), UInt(word), "PTRACE_POKEDATA")
    }
  }

  extension TracedThread {
    /// Requests of ptrace(2) by their numbers, which are the same on every architecture.
    private enum Request: Int {
      case poke = 5
      case resume = 7
      case detach = 17
      case resumeToSystemCall = 24
      case registerSet = 0x4204
      case setRegisterSet = 0x4205
      case seize = 0x4206
      case interrupt = 0x4207
      case signalMask = 0x420a
      case setSignalMask = 0x420b
      case systemCallInformation = 0x420e
      case restartableSequence = 0x420f
    }

    private static func call(
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

    /// Looks again and again, because the kernel has no wait for a stop that ends at a time: at
    /// first at once, as a stop takes microseconds, then at short distances, as all that time the
    /// thread may be standing still, and in the end at long ones.
    private func waitForStop(
      until deadline: ContinuousClock.Instant
    ) throws(TraceError) -> ThreadStop {
      var status: Int32 = 0
      var looks = 0
      while true {
        let answer = matrix_wait_stop(id, &status)
        if answer > 0 { return ThreadStop(status: status) }
        if answer == -ECHILD { throw .gone }
        if answer < 0, answer != -EINTR { throw .refused(operation: "waitid", errno: -answer) }
        looks += 1
        if looks < 100 {
          sched_yield()
          continue
        }
        if looks.isMultiple(of: 8) {
          // A thread that has ended never stops, and its end is for its parent to hear of.
          if LiveProcess(pid: id).status?.isZombie ?? true { throw .gone }
          if ContinuousClock.now >= deadline { throw .timedOut(operation: "stopping the thread") }
        }
        var time = timespec(tv_sec: 0, tv_nsec: looks < 400 ? 20_000 : 1_000_000)
        nanosleep(&time, nil)
      }
    }
  }

  extension ThreadStop {
    /// As `waitid` reports a traced thread: the signal, and the event in the bits above 8.
    init(status: Int32) {
      let signal = status & 0xff
      switch status >> 8 {
      case 0 where signal == SIGTRAP | 0x80: self = .systemCall
      case 0: self = .signal(signal)
      case 128 where signal == SIGTRAP: self = .interrupted
      case 128: self = .group(signal: signal)
      case let event: self = .event(event)
      }
    }
  }
#endif
