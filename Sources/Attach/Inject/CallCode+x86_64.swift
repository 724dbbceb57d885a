#if arch(x86_64)
  import TargetProcess

  /// The machine code that makes the call into CPython, and the pages that it lives in.
  ///
  /// They are never writable, and are unmapped by the code's own last instruction: a jump into
  /// `syscall; ret` of the C library, which returns to the caller of the code with 0 as the result,
  /// which is what CPython wants from a pending call that went well.
  struct CallCode: Sendable {
    /// What to write to the pages, from their beginning.
    let bytes: [UInt8]
    /// Where a stopped thread is to go on.
    let entry: UInt64
    static let pageSize = 4096

    // The layout: code, signal mask, names, text.
    private static let maskOffset = 1528
    private static let namesOffset = 1536
    private static let textOffset = 1600

    static func size(forText count: Int) -> Int {
      (textOffset + count + pageSize - 1) / pageSize * pageSize
    }

    /// All signals but those that a fault raises in the thread itself, and the two that the C library
    /// uses between its threads, which would keep the other thread waiting.
    static let blockedSignals: UInt64 = {
      let open: [UInt64] = [4, 5, 7, 8, 11, 31, 32, 33]  // ILL TRAP BUS FPE SEGV SYS
      return open.reduce(.max) { $0 & ~(1 << ($1 - 1)) }
    }()

    /// - Parameters:
    ///   - page: where the pages are in the target.
    ///   - text: what CPython is to run, ending in a zero byte.
    ///   - home: the frame by which the thread goes home, which is on its stack.
    ///   - awaitedSignals: whose arrival during the code ends the system call on the way home.
    init(
      page: UInt64, text: [UInt8], functions: RuntimeFunctions, route: Route,
      home: SigreturnFrame, awaitedSignals: UInt64, gadgets: Gadgets
    ) {
      let size = Self.size(forText: text.count)
      var names = Names(address: page &+ UInt64(Self.namesOffset))
      let builtins = names.add("__builtins__")
      let late = names.add("late")
      let raised = names.add("raised")
      let fileName = names.add("<matrix>")
      var code = Assembler()

      func unmapAndReturn() {
        code.load(.rdi, page)
        code.load(.rsi, UInt64(size))
        code.load(.rax, 11)  // munmap
        code.load(.r11, gadgets.systemCall)
        code.jump(.r11)
      }
      func setSignalMask(from load: () -> Void, savesOld: Bool) {
        code.load(.rax, 14)  // rt_sigprocmask
        code.load(.rdi, 2)  // SIG_SETMASK
        load()
        if savesOld { code.address(.rdx, slot: 0) } else { code.load(.rdx, 0) }
        code.load(.r10, 8)
        code.systemCall()
      }
      func release(slot: UInt8) {
        code.load(.rdi, slot: slot)
        code.call(functions.decreaseReferences)
      }

      // PyObject *evaluate(long is_late): runs the text. What a signal handler of the program raised
      // meanwhile is returned, or NULL. The text takes it for itself where `late` is a name there.
      let (isLate, names_, compiled) = (UInt8(8), UInt8(16), UInt8(24))
      let (type, value, trace, attempts) = (UInt8(32), UInt8(40), UInt8(48), UInt8(56))
      let evaluate = page
      code.adjustStack(by: -72)
      code.store(.rdi, slot: isLate)
      code.call(functions.newDictionary)
      code.store(.rax, slot: names_)
      let noNames = code.jumpIfZero(wide: true)
      func set(_ name: UInt64, to load: () -> Void) {
        load()
        code.load(.rdi, slot: names_)
        code.load(.rsi, name)
        code.call(functions.setItem)
      }
      func setBuiltins(_ name: UInt64) {
        code.call(functions.builtins)
        code.store(.rax, slot: value)
        set(name) { code.load(.rdx, slot: value) }
      }
      setBuiltins(builtins)
      code.load(.rax, slot: isLate)
      let notLate = code.jumpIfZero(wide: true)
      setBuiltins(late)
      code.land(notLate)
      code.load(.rdi, page &+ UInt64(Self.textOffset))
      code.load(.rsi, fileName)
      code.load(.rdx, 257)  // Py_file_input
      code.call(functions.compile)
      code.store(.rax, slot: compiled)
      let notCompiled = code.jumpIfZero(wide: true)
      code.load(.rax, 3)
      code.store(.rax, slot: attempts)
      let again = code.bytes.count
      code.load(.rdi, slot: compiled)
      code.load(.rsi, slot: names_)
      code.load(.rdx, slot: names_)
      code.call(functions.evaluate)
      let isDone = code.jumpIfNotZero(wide: true)
      // A handler raised where the text could not catch it. The text is told, and begins again.
      func addresses() {
        code.address(.rdi, slot: type)
        code.address(.rsi, slot: value)
        code.address(.rdx, slot: trace)
      }
      addresses()
      code.call(functions.fetchError)
      addresses()
      code.call(functions.normalizeError)
      code.load(.rax, slot: trace)
      let noTrace = code.jumpIfZero(wide: true)
      code.load(.rdi, slot: value)
      code.load(.rsi, slot: trace)
      code.call(functions.setTraceback)
      code.land(noTrace)
      set(raised) { code.load(.rdx, slot: value) }
      for slot in [type, value, trace] { release(slot: slot) }
      code.load(.rax, slot: attempts)
      code.decrement()
      code.store(.rax, slot: attempts)
      code.land(code.jumpIfNotZero(wide: true), at: again)
      code.land(isDone)
      code.load(.rdi, slot: names_)
      code.load(.rsi, raised)
      code.call(functions.item)
      code.store(.rax, slot: value)
      code.load(.rdi, slot: value)
      code.call(functions.increaseReferences)
      release(slot: compiled)
      release(slot: names_)
      code.load(.rax, slot: value)
      let isOver = code.jump()
      code.land(notCompiled)
      release(slot: names_)
      code.land(noNames)
      code.call(functions.clearError)
      code.load(.rax, 0)
      code.land(isOver)
      code.adjustStack(by: 72)
      code.returnToCaller()

      // int pending(void *): what CPython calls. Signals that come meanwhile are handled by the
      // program, and what their handlers raise is raised where CPython takes its pending calls.
      let pending = page &+ UInt64(code.bytes.count)
      code.adjustStack(by: -40)
      setSignalMask(
        from: { code.load(.rsi, page &+ UInt64(Self.maskOffset)) }, savesOld: true)
      code.load(.rdi, 0)
      code.call(evaluate)
      code.store(.rax, slot: 8)
      setSignalMask(from: { code.address(.rsi, slot: 0) }, savesOld: false)
      code.load(.rax, slot: 8)
      let nothingRaised = code.jumpIfZero(wide: true)
      code.load(.rdi, slot: 8)
      code.call(functions.typeOf)
      code.store(.rax, slot: 16)
      code.load(.rdi, slot: 16)
      code.load(.rsi, slot: 8)
      code.call(functions.setError)
      release(slot: 8)
      release(slot: 16)
      let hasRaised = code.jump()
      code.land(nothingRaised)
      // CPython looks for signals before its pending calls and not behind them: a lock waits on, and
      // the next instruction may begin to wait.
      code.call(functions.checkSignals)
      let handlerRaised = code.jumpIfNotZero()
      code.adjustStack(by: 40)
      unmapAndReturn()
      code.land(hasRaised)
      code.land(handlerRaised)
      code.adjustStack(by: 40)
      code.load(.rax, gadgets.failure)
      code.push()
      unmapAndReturn()

      // The entry. Every register may be changed: the way home restores them.
      entry = page &+ UInt64(code.bytes.count)
      code.adjustStack(by: -8)
      code.call(functions.isInitialized)
      let notInitialized = code.jumpIfZero()
      var notHere: [Int] = []
      if route == .directCall {
        code.call(functions.thisThreadState)
        notHere.append(code.jumpIfZero(wide: true))
        code.call(functions.holdsGIL)
        notHere.append(code.jumpIfNotZero())
        code.call(functions.ensure)
        code.keepResult()
        code.load(.rdi, 1)
        code.call(evaluate)
        code.store(.rax, slot: 0)
        release(slot: 0)
        code.useKeptResult()
        code.call(functions.release)
      }
      let leave = route == .directCall ? code.jump() : nil

      // A pending call: of a thread that runs, or waits in code that keeps the GIL.
      for place in notHere { code.land(place) }
      code.load(.rdi, pending)
      code.load(.rsi, 0)
      code.call(functions.addPendingCall)
      let isFull = code.jumpIfNotZero()
      Self.endCallIfSignalled(&code, home, awaitedSignals)
      code.load(.rsp, home.stack)
      code.returnToCaller()

      // Home, without the pages.
      code.land(isFull)
      code.land(notInitialized)
      if let leave { code.land(leave) }
      Self.endCallIfSignalled(&code, home, awaitedSignals)
      code.load(.rsp, home.stack)
      unmapAndReturn()

      precondition(code.bytes.count <= Self.maskOffset)
      var bytes = code.bytes
      bytes += [UInt8](repeating: 0xcc, count: Self.maskOffset - bytes.count)
      withUnsafeBytes(of: Self.blockedSignals) { bytes.append(contentsOf: $0) }
      bytes += names.bytes
      bytes += [UInt8](repeating: 0, count: Self.textOffset - bytes.count)
      self.bytes = bytes + text
    }

    /// A signal that arrived meanwhile would be delivered before a system call is restarted, and its
    /// handler would wait for the end of that call: then the call fails with `EINTR` instead, as it
    /// would have.
    private static func endCallIfSignalled(
      _ code: inout Assembler, _ home: SigreturnFrame, _ signals: UInt64
    ) {
      guard let end = home.endOfCall, signals != 0 else { return }
      code.load(.rsp, home.stack)
      code.adjustStack(by: -16)
      code.address(.rdi, slot: 0)
      code.load(.rsi, 8)
      code.load(.rax, 127)  // rt_sigpending
      code.systemCall()
      code.load(.rax, slot: 0)
      code.load(.rcx, signals)
      code.and()
      let none = code.jumpIfZero(wide: true)
      for (address, value) in end {
        code.load(.rdi, address)
        code.load(.rax, value)
        code.storeToPointer()
      }
      code.land(none)
    }
  }

  /// Zero-terminated names, one behind the other.
  private struct Names {
    let address: UInt64
    var bytes: [UInt8] = []

    init(address: UInt64) { self.address = address }

    /// - Returns: where the name is.
    mutating func add(_ name: String) -> UInt64 {
      defer { bytes += Array(name.utf8) + [0] }
      return address &+ UInt64(bytes.count)
    }
  }
#endif
