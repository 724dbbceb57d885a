#if os(Linux) && arch(x86_64)
  import PythonRuntime
  import Glibc
  import TargetProcess

  /// One stop of a target's main thread, in which it is sent on the way to the code that is to run.
  ///
  /// In order: stop; look; write the way home below its stack; only then change registers, so that
  /// it maps a page; write the code there; send it to the code; let go. After each step the thread
  /// would come home by itself if we were killed.
  struct Visit {
    let process: LiveProcess
    /// When it was started, by which a pid that was used again is noticed.
    let startTime: UInt64
    let runtime: CallableRuntime
    let gadgets: Gadgets
    /// As it was just before.
    let map: MemoryMap
    let bootstrap: Bootstrap
    let tracer: Tracer

    enum Failure: Error, Hashable {
      case trace(TraceError)
      /// It did not stop in time; the stop stays asked for.
      case pending
      /// Not here and now; a little later it may be fine.
      case notQuiet(String)
      case stopped
      case noMemory(errno: Int32)
      case unsupported(Unsupported)
      /// It is not the process that was examined.
      case changed
    }

    struct Result: Hashable {
      var route: Route
      /// From the stop to letting go.
      var pause: Duration
      /// Where the page is that the code removes at its end.
      var page: UInt64
    }

    func make(until deadline: ContinuousClock.Instant) throws(Failure) -> Result {
      do {
        var thread = try tracer.seize(process.pid)
        guard let stop = try thread.stop(until: deadline) else { throw Failure.pending }
        let begin = ContinuousClock.now
        var result = try use(&thread, stop, until: deadline)
        thread.release()
        result.pause = begin.duration(to: .now)
        return result
      } catch let error as TraceError {
        throw .trace(error)
      } catch let failure as Failure {
        throw failure
      } catch {
        throw .changed
      }
    }

    private func use(
      _ thread: inout TracedThread, _ stop: ThreadStop,
      until deadline: ContinuousClock.Instant
    ) throws -> Result {
      switch stop {
      case .interrupted: break
      case .group: throw Failure.stopped
      case .signal, .systemCall, .event: throw TraceError.unexpected(stop)
      }
      let registers = try thread.registers()
      guard registers.is64Bit else { throw Failure.unsupported(.architecture("32-bit x86")) }
      try checkSameProgram()

      let route = route(for: registers)
      if registers.interruptedCall == nil { try checkQuiet(thread, registers) }
      let mask = try thread.signalMask()
      let text = bootstrap.text(signalMask: mask)
      guard
        let home = WayHome(
          for: registers, vectorState: try thread.vectorState(), signalMask: mask,
          restorer: gadgets.restorer, endsCall: route == .interruptedLock)
      else { throw Failure.unsupported(.noWayHome(reason: "its vector registers are unknown")) }
      do {
        try process.memory.write(home.bytes, at: home.address)
      } catch {
        throw Failure.notQuiet("there is no room on the stack of its main thread")
      }

      let page = try mapPage(
        &thread, registers, home, size: CallCode.size(forText: text.count), until: deadline)
      let code = CallCode(
        page: page, text: text, functions: runtime.functions, directly: route == .directCall,
        stack: home.stack, systemCall: gadgets.systemCall)
      try thread.writeProtected(code.bytes, at: page)
      var call = registers
      call.call(code.entry, stack: home.stack)
      try thread.setRegisters(call)
      return Result(route: route, pause: .zero, page: page)
    }

    private func route(for registers: Registers) -> Route {
      guard let call = registers.interruptedCall else { return .pendingCall }
      if call.isLock { return .interruptedLock }
      return call.isWait && hasRoomToRun(registers.stack) ? .directCall : .pendingCall
    }
  }

  extension Visit {
    /// Whether the places that will be used are what they were: the process may have become another
    /// program.
    private func checkSameProgram() throws(Failure) {
      guard
        let call = try? process.memory.read(
          at: gadgets.systemCall, count: Gadgets.systemCallBytes.count),
        let restorer = try? process.memory.read(
          at: gadgets.restorer, count: Gadgets.restorerBytes.count),
        process.status?.startTime == startTime,
        call == Gadgets.systemCallBytes, restorer == Gadgets.restorerBytes,
        (try? process.memory.read(at: runtime.functions.addPendingCall, count: 16))
          == runtime.beginning
      else { throw .changed }
    }

    /// A thread that runs may be anywhere. `Py_AddPendingCall` may be called anywhere but inside of
    /// what it uses itself: from 3.9 on it would wait for a lock that its own thread holds.
    private func checkQuiet(
      _ thread: borrowing TracedThread, _ registers: Registers
    ) throws {
      if try thread.isInRestartableSequence(registers.instruction, memory: process.memory) {
        throw Failure.notQuiet("its main thread is in a restartable sequence")
      }
      let guarded = runtime.functions.guarded
      var places = [registers.instruction]
      if map.region(containing: registers.instruction)?.file?.path != runtime.located.path {
        // Perhaps in the C library, called by one of them: then the way back is close by.
        let words = 16
        if let stack = try? process.memory.read(at: registers.stack, count: words * 8) {
          places += stack.withUnsafeBytes { stack in
            (0..<words).map { stack.loadUnaligned(fromByteOffset: $0 * 8, as: UInt64.self) }
          }
        }
      }
      if places.contains(where: { place in guarded.contains { $0.contains(place) } }) {
        throw Failure.notQuiet("its main thread is inside CPython's own locks")
      }
    }

    /// Whether Python code can run on this stack: the main thread's own, which grows, or one with
    /// room enough.
    private func hasRoomToRun(_ stack: UInt64) -> Bool {
      let needed: UInt64 = 512 << 10
      guard let region = map.region(containing: stack) else { return false }
      if region.label != "[stack]" { return stack - region.start >= needed }
      let limit = process.stackLimit ?? 8 << 20
      return region.end - stack <= limit - min(limit, needed)
    }

    /// Lets the thread map a page that it may run and not write.
    private func mapPage(
      _ thread: inout TracedThread, _ registers: Registers, _ home: WayHome, size: Int,
      until deadline: ContinuousClock.Instant
    ) throws -> UInt64 {
      for attempt in 0..<4 {
        guard let page = map.freePlace(for: UInt64(size)) else {
          throw Failure.noMemory(errno: ENOMEM)
        }
        let readAndExecute: UInt64 = 1 | 4
        // MAP_PRIVATE, MAP_ANONYMOUS, MAP_FIXED_NOREPLACE
        let flags: UInt64 = 0x2 | 0x20 | 0x10_0000
        var call = registers
        call.systemCall(
          SystemCall.mmap, [page, UInt64(size), readAndExecute, flags, .max, 0],
          gadget: gadgets.systemCall, stack: home.stack)
        try thread.setRegisters(call)
        // After the registers: a thread that goes on now comes home, where its own mask waits.
        if attempt == 0 { try thread.setSignalMask(CallCode.quietSignals) }
        let result = try finishCall(&thread, page: page, until: deadline)
        if result == Int64(page) { return page }
        guard result == -Int64(EEXIST) else { throw Failure.noMemory(errno: Int32(-result)) }
      }
      throw Failure.noMemory(errno: EEXIST)
    }

    /// Runs the thread through the system call that it is about to make.
    private func finishCall(
      _ thread: inout TracedThread, page: UInt64, until deadline: ContinuousClock.Instant
    ) throws -> Int64 {
      var stops = 0
      while stops < 100 {
        stops += 1
        switch try thread.resumeToSystemCall(until: deadline) {
        // Its handler runs next, and comes back to here.
        case .signal: continue
        case .systemCall:
          let registers = try thread.registers()
          guard registers.currentCall == (SystemCall.mmap, page),
            try thread.systemCallSide() == 2
          else { continue }
          return registers.result
        case .group: throw Failure.stopped
        case .interrupted: continue
        case .event(let number): throw TraceError.unexpected(.event(number))
        }
      }
      throw Failure.notQuiet("its main thread keeps handling signals")
    }
  }
#endif
