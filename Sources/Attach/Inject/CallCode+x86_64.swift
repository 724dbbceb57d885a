#if arch(x86_64)
  /// The machine code that makes the call into CPython, and the page that it lives in.
  ///
  /// The page is never writable. It is unmapped by its own last instruction, a jump into
  /// `syscall; ret` of the C library, which returns to whoever called the code, with 0 in the
  /// register for results, and 0 is what CPython wants from a pending call.
  struct CallCode: Sendable {
    /// What to write to the page, from its beginning.
    let bytes: [UInt8]
    /// Where a stopped thread is to go on.
    let entry: UInt64
    static let pageSize = 4096

    /// Room for the code in front of the text, and the set of signals between.
    private static let textOffset = 512
    private static let maskOffset = 504

    static func size(forText count: Int) -> Int {
      (textOffset + count + pageSize - 1) / pageSize * pageSize
    }

    /// All signals but those that a fault raises in the thread itself, and the two that the C library
    /// uses between its threads, whom a blocked one would keep waiting.
    static let quietSignals: UInt64 = {
      let open: [UInt64] = [4, 5, 7, 8, 11, 31, 32, 33]  // ILL TRAP BUS FPE SEGV SYS
      return open.reduce(.max) { $0 & ~(1 << ($1 - 1)) }
    }()

    /// - Parameters:
    ///   - page: where the page is in the target.
    ///   - text: what CPython is to run, ending in a zero byte.
    ///   - stack: where the thread's stack pointer is at the entry; the way home is there.
    ///   - systemCall: where `syscall; ret` is.
    init(
      page: UInt64, text: [UInt8], functions: RuntimeFunctions, directly: Bool, stack: UInt64,
      systemCall: UInt64
    ) {
      let size = Self.size(forText: text.count)
      let textAddress = page + UInt64(Self.textOffset)
      var code = Assembler()

      func unmapAndReturn() {
        code.load(.rdi, page)
        code.load(.rsi, UInt64(size))
        code.load(.rax, 11)  // munmap
        code.load(.r11, systemCall)
        code.jump(.r11)
      }
      func setSignalMask(from load: () -> Void, savesOld: Bool) {
        code.load(.rax, 14)  // rt_sigprocmask
        code.load(.rdi, 2)  // SIG_SETMASK
        load()
        if savesOld { code.moveStackPointer(to: .rdx) } else { code.load(.rdx, 0) }
        code.load(.r10, 8)
        code.systemCall()
      }

      // int pending(void *): what CPython calls. Signals that come meanwhile are handled by the
      // program, not in the middle of what does not belong to it.
      code.adjustStack(by: -24)
      setSignalMask(
        from: { code.load(.rsi, page + UInt64(Self.maskOffset)) }, savesOld: true)
      code.load(.rdi, textAddress)
      code.call(functions.runSimpleString)
      setSignalMask(from: { code.moveStackPointer(to: .rsi) }, savesOld: false)
      code.adjustStack(by: 24)
      unmapAndReturn()

      // The entry. Every register may be changed: the way home restores them.
      entry = page + UInt64(code.bytes.count)
      code.adjustStack(by: -8)
      code.call(functions.isInitialized)
      let notInitialized = code.jumpIfZero()
      var notHere: [Int] = []
      if directly {
        code.call(functions.thisThreadState)
        notHere.append(code.jumpIfZero(wide: true))
        code.call(functions.holdsGIL)
        notHere.append(code.jumpIfNotZero())
        code.call(functions.ensure)
        code.keepResult()
        code.load(.rdi, textAddress)
        code.call(functions.runSimpleString)
        code.useKeptResult()
        code.call(functions.release)
      }
      // Home, without the page.
      let leave = directly ? nil : code.jump()
      let home = code.bytes.count
      code.load(.rsp, stack)
      unmapAndReturn()
      // A pending call: of a thread that runs, or waits in code that keeps the GIL.
      for place in notHere { code.land(place) }
      if let leave { code.land(leave) }
      code.load(.rdi, page)
      code.load(.rsi, 0)
      code.call(functions.addPendingCall)
      code.jumpIfNotZero(back: home)
      code.load(.rsp, stack)
      code.returnToCaller()
      code.land(notInitialized, at: home)

      precondition(code.bytes.count <= Self.maskOffset)
      var bytes = code.bytes
      bytes += [UInt8](repeating: 0xcc, count: Self.maskOffset - bytes.count)
      withUnsafeBytes(of: Self.quietSignals) { bytes.append(contentsOf: $0) }
      self.bytes = bytes + text
    }
  }
#endif
