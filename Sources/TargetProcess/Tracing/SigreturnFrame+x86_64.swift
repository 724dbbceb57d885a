#if arch(x86_64)
  internal import CTargetProcess

  /// A signal frame that puts a stopped thread back as it was, once the thread returns into it.
  ///
  /// The kernel's `rt_sigreturn` takes everything from the frame: registers, vector state, signal
  /// mask. So whatever the thread is made to call ends in the thread going on as if nothing had been,
  /// whether its tracer lives or not. Nothing of the thread is changed by writing the frame, which
  /// goes below what the thread may be using of its stack.
  public struct SigreturnFrame: Sendable {
    /// Where the stack pointer must be when a function is called that is to return home: the return
    /// address is there, and the frame behind.
    public let stack: UInt64
    /// What to write, and where: all below the stack of the stopped thread.
    public let address: UInt64
    public let bytes: [UInt8]
    /// What has to be written where, in the frame, to let the interrupted system call fail with
    /// `EINTR`; nil when there is none, or when it does so anyhow.
    public let endOfCall: [(address: UInt64, value: UInt64)]?

    /// - Parameters:
    ///   - restorer: where the C library calls `rt_sigreturn` (`__restore_rt`).
    ///   - endsCall: lets an interrupted system call fail with `EINTR` instead of waiting on.
    /// - Returns: nil for a vector state that is not understood, and for a stack pointer that is no
    ///   address.
    public init?(
      for registers: Registers, vectorState: [UInt8], signalMask: UInt64, restorer: UInt64,
      endsCall: Bool
    ) {
      guard let vectors = VectorFrame(vectorState) else { return nil }
      var home = registers
      home.finishInterruptedCall(endsCall: endsCall)

      let redZone: UInt64 = 128
      let contextSize: UInt64 = 304
      // The stack pointer is the target's to choose.
      let (top, isTooLow) = registers.stack.subtractingReportingOverflow(
        redZone + contextSize + UInt64(vectors.bytes.count) + 128)
      guard !isTooLow, top < 1 << 47 else { return nil }
      let vectorAddress = (registers.stack - redZone - UInt64(vectors.bytes.count)) & ~63
      // The kernel takes the stack pointer at rt_sigreturn for the address of the context. The
      // return address is taken off before, so a call begins at 8 more than a multiple of 16.
      let context = (vectorAddress - contextSize) & ~15
      stack = context - 8
      address = stack

      var bytes: [UInt8] = []
      func add(_ word: UInt64) { withUnsafeBytes(of: word) { bytes.append(contentsOf: $0) } }
      add(restorer)
      // UC_FP_XSTATE, UC_SIGCONTEXT_SS, UC_STRICT_RESTORE_SS; no link.
      add(7)
      add(0)
      // The alternate signal stack. With flags that do not exist the kernel leaves it as it is.
      add(0)
      add(0x7f)
      add(0)
      let saved: [Registers.Name] = [
        .r8, .r9, .r10, .r11, .r12, .r13, .r14, .r15, .rdi, .rsi, .rbp, .rbx, .rdx, .rax, .rcx,
        .rsp, .rip, .eflags,
      ]
      var ended = registers
      ended.finishInterruptedCall(endsCall: true)
      var end: [(address: UInt64, value: UInt64)] = []
      for name in saved {
        if ended[name] != home[name] { end.append((stack + UInt64(bytes.count), ended[name])) }
        add(home[name])
      }
      endOfCall = end.isEmpty ? nil : end
      add(home[.cs] & 0xffff | (home[.ss] & 0xffff) << 48)
      // err, trapno, oldmask, cr2; then the vector state.
      for _ in 0..<4 { add(0) }
      add(vectorAddress)
      for _ in 0..<8 { add(0) }
      add(signalMask)
      bytes += [UInt8](repeating: 0, count: Int(vectorAddress - address) - bytes.count)
      bytes += vectors.bytes
      self.bytes = bytes
    }
  }

  /// The XSAVE area of a tracer's register set, as a signal frame has it (`asm/sigcontext.h`).
  private struct VectorFrame {
    let bytes: [UInt8]

    init?(_ state: [UInt8]) {
      guard state.count >= 576 else { return nil }
      func word(_ offset: Int) -> UInt64 {
        state.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: offset, as: UInt64.self) }
      }
      // Where tracers find XCR0, a signal frame has the kernel's description of the area.
      let description = 464
      var features = word(description)
      var size = state.count
      // A thread that never used AMX has no room for it in its frames, although a tracer sees it.
      let amx: UInt64 = 3 << 17
      if features & amx != 0, word(512) & amx == 0 {
        features &= ~amx
        size = Int(matrix_xsave_size(UInt(features)))
        guard size >= 576, size <= state.count else { return nil }
      }
      var bytes = Array(state[..<size])
      bytes.withUnsafeMutableBytes { area in
        area[description..<512].initializeMemory(as: UInt8.self, repeating: 0)
        func put(_ value: UInt32, _ offset: Int) {
          area.storeBytes(of: value, toByteOffset: offset, as: UInt32.self)
        }
        // FP_XSTATE_MAGIC1, extended size, features, size of the area.
        put(0x4650_5853, description)
        put(UInt32(size) + 4, description + 4)
        area.storeBytes(of: features, toByteOffset: description + 8, as: UInt64.self)
        put(UInt32(size), description + 16)
      }
      // FP_XSTATE_MAGIC2.
      withUnsafeBytes(of: UInt32(0x4650_5845)) { bytes.append(contentsOf: $0) }
      self.bytes = bytes
    }
  }
#endif
