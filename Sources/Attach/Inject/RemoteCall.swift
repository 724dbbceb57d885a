#if arch(x86_64)
  import Glibc
  import PythonRuntime
  import TargetProcess

  /// One stop of a target's main thread, in which it is sent on the way to the code that is to run.
  ///
  /// In order: stop; check; write a signal frame below its stack; only then change registers, so that
  /// it maps pages; write the code there; send it to the code; detach. After each step the thread
  /// would come home by itself if this process were killed. All that needs no stopped thread is done
  /// before.
  struct RemoteCall {
    let process: LiveProcess
    /// When it was started, by which a pid that was used again is noticed.
    let startTime: UInt64
    let runtime: CallableRuntime
    let gadgets: Gadgets
    /// As it was when the process was examined.
    let map: MemoryMap
    let bootstrap: Bootstrap
    let tracer: Tracer

    enum Failure: Error, Hashable {
      case trace(TraceError)
      /// It did not stop in time; the stop stays asked for.
      case pending
      /// Not here and now; a little later it may be fine.
      case unsafeStop(String)
      case stopped
      case noMemory(errno: Int32)
      case unsupported(Unsupported)
      /// It is not the process that was examined.
      case changed
    }

    struct Result: Hashable {
      var route: Route
      /// From the stop to the release.
      var pause: Duration
    }

    /// What is found out before the stop.
    private struct Preparation {
      /// Where the code may go, the best first.
      var pages: [UInt64]
      /// In bytes, the pages together.
      var size: Int
      /// How large the main thread's stack may become; nil for no limit, or unknown.
      var stackLimit: UInt64?
      /// The signals that have a handler: number n is bit n - 1.
      var caughtSignals: UInt64
    }

    func make(until deadline: ContinuousClock.Instant) throws(Failure) -> Result {
      let size = CallCode.size(forText: bootstrap.count)
      let status = ProcText(pid: process.pid, file: "status")
      let preparation = Preparation(
        pages: map.freePlaces(for: UInt64(size), count: 4), size: size,
        stackLimit: process.stackLimit,
        caughtSignals: status.number("SigCgt", radix: 16) ?? .max)
      do {
        var thread = try tracer.seize(process.pid)
        guard let stop = try thread.stop(until: deadline) else { throw Failure.pending }
        let begin = ContinuousClock.now
        let route = try divert(&thread, stop, preparation, until: deadline)
        thread.release()
        return Result(route: route, pause: begin.duration(to: .now))
      } catch let error as TraceError {
        throw .trace(error)
      } catch let failure as Failure {
        throw failure
      } catch {
        throw .changed
      }
    }

    private func divert(
      _ thread: inout TracedThread, _ stop: ThreadStop, _ preparation: Preparation,
      until deadline: ContinuousClock.Instant
    ) throws -> Route {
      switch stop {
      case .interrupted: break
      case .group: throw Failure.stopped
      case .signal, .systemCall, .event: throw TraceError.unexpected(stop)
      }
      let registers = try thread.registers()
      guard registers.is64Bit else { throw Failure.unsupported(.architecture("32-bit x86")) }
      try checkSameProgram()

      let route = route(for: registers, preparation)
      if registers.interruptedCall == nil { try checkSafePoint(thread, registers) }
      let mask = try thread.signalMask()
      guard
        let home = SigreturnFrame(
          for: registers, vectorState: try thread.vectorState(), signalMask: mask,
          restorer: gadgets.restorer, endsCall: endsCall(registers))
      else { throw Failure.unsupported(.noWayHome(reason: "its registers are not understood")) }
      do {
        try process.memory.write(home.bytes, at: home.address)
      } catch {
        throw Failure.unsafeStop("there is no room on the stack of its main thread")
      }

      let page = try mapPages(&thread, registers, home, preparation, until: deadline)
      let code = CallCode(
        page: page, text: bootstrap.text(signalMask: mask), functions: runtime.functions,
        route: route, home: home, awaitedSignals: preparation.caughtSignals & ~mask,
        gadgets: gadgets)
      try thread.writeProtected(code.bytes, at: page)
      var call = registers
      call.call(code.entry, stack: home.stack)
      try thread.setRegisters(call)
      return route
    }

    private func route(for registers: Registers, _ preparation: Preparation) -> Route {
      guard let call = registers.interruptedCall else { return .pendingCall }
      if call.isLock { return .interruptedLock }
      return call.isWait && hasRoomToRun(registers.stack, preparation) ? .directCall : .pendingCall
    }

    /// Whether the interrupted system call fails with `EINTR` on the way home.
    ///
    /// CPython and its standard library call again after `EINTR`, with the rest of the time, and look
    /// for signals first (PEP 475): so a signal whose handler ran at C level meanwhile, on whatever
    /// thread, is handled now and not at the end of the call. `pause` alone is not called again, and
    /// other code may not expect `EINTR`: their calls end only if a signal has arrived.
    private func endsCall(_ registers: Registers) -> Bool {
      guard let call = registers.interruptedCall else { return false }
      if call.isLock { return true }
      guard call.isWait, !call.isWaitForSignal else { return false }
      return CallSite(memory: process.memory, map: map)
        .caller(stack: registers.stack, instruction: registers.instruction)?
        .isInterpreter(runtime.located.file) ?? false
    }
  }

  extension RemoteCall {
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
    private func checkSafePoint(
      _ thread: borrowing TracedThread, _ registers: Registers
    ) throws {
      if try thread.isInRestartableSequence(registers.instruction, memory: process.memory) {
        throw Failure.unsafeStop("its main thread is in a restartable sequence")
      }
      let guarded = runtime.functions.guarded
      var places = [registers.instruction]
      if map.region(containing: registers.instruction)?.file?.path != runtime.located.path {
        // Perhaps in the C library, called by one of them: then the return address is close by.
        let words = 16
        if let stack = try? process.memory.read(at: registers.stack, count: words * 8) {
          places += stack.withUnsafeBytes { stack in
            (0..<words).map { stack.loadUnaligned(fromByteOffset: $0 * 8, as: UInt64.self) }
          }
        }
      }
      if places.contains(where: { place in guarded.contains { $0.contains(place) } }) {
        throw Failure.unsafeStop("its main thread is inside CPython's own locks")
      }
    }

    /// Whether Python code can run on this stack: the main thread's own, which grows, or one with
    /// room enough.
    private func hasRoomToRun(_ stack: UInt64, _ preparation: Preparation) -> Bool {
      let needed: UInt64 = 512 << 10
      guard let region = map.region(containing: stack) else { return false }
      if region.label != "[stack]" { return stack - region.start >= needed }
      let limit = preparation.stackLimit ?? 8 << 20
      return region.end - stack <= limit - min(limit, needed)
    }

    /// Lets the thread map pages that it may run and not write.
    private func mapPages(
      _ thread: inout TracedThread, _ registers: Registers, _ home: SigreturnFrame,
      _ preparation: Preparation, until deadline: ContinuousClock.Instant
    ) throws -> UInt64 {
      for (attempt, page) in preparation.pages.enumerated() {
        let readAndExecute: UInt64 = 1 | 4
        // MAP_PRIVATE, MAP_ANONYMOUS, MAP_FIXED_NOREPLACE: what was mapped there meanwhile stays.
        let flags: UInt64 = 0x2 | 0x20 | 0x10_0000
        var call = registers
        call.systemCall(
          SystemCall.mmap, [page, UInt64(preparation.size), readAndExecute, flags, .max, 0],
          gadget: gadgets.systemCall, stack: home.stack)
        try thread.setRegisters(call)
        // After the registers: a thread that goes on now comes home, where its own mask waits.
        if attempt == 0 { try thread.setSignalMask(CallCode.blockedSignals) }
        let result = try finishCall(&thread, page: page, until: deadline)
        if result == Int64(page) { return page }
        guard result == -Int64(EEXIST) else {
          throw Failure.noMemory(errno: Int32(clamping: 0 - max(result, -4095)))
        }
      }
      throw Failure.noMemory(errno: preparation.pages.isEmpty ? ENOMEM : EEXIST)
    }

    /// Runs the thread through the system call that it is about to make.
    private func finishCall(
      _ thread: inout TracedThread, page: UInt64, until deadline: ContinuousClock.Instant
    ) throws -> Int64 {
      for _ in 0..<100 {
        switch try thread.resumeToSystemCall(until: deadline) {
        case .systemCall:
          let registers = try thread.registers()
          guard registers.currentCall == (SystemCall.mmap, page),
            try thread.systemCallSide() == 2
          else { continue }
          return registers.result
        // Its handler runs next, and comes back to here.
        case .signal: continue
        case .interrupted: continue
        case .group: throw Failure.stopped
        case .event(let number): throw TraceError.unexpected(.event(number))
        }
      }
      throw Failure.unsafeStop("its main thread keeps handling signals")
    }
  }

  extension MemoryMap {
    /// Addresses where nothing is, far from everything that grows: somewhere in the middle of the
    /// largest gap. One pass over the map.
    func freePlaces(for size: UInt64, count: Int) -> [UInt64] {
      let pageSize: UInt64 = 4096
      let lowest: UInt64 = 1 << 16
      let highest: UInt64 = 0x7fff_ffff_f000
      var gap = lowest..<lowest
      var end = lowest
      for region in regions where region.start < highest {
        if region.start > end, region.start - end > gap.upperBound - gap.lowerBound {
          gap = end..<region.start
        }
        end = max(end, region.end)
      }
      if end < highest, highest - end > gap.upperBound - gap.lowerBound { gap = end..<highest }
      let length = gap.upperBound - gap.lowerBound
      guard length > 8 * (size + pageSize) else { return [] }
      let middle = (gap.lowerBound + length / 4)..<(gap.lowerBound + length / 4 * 3)
      return (0..<count).map { _ in UInt64.random(in: middle) & ~(pageSize - 1) }
    }
  }

  extension LiveProcess {
    /// How large its main thread's stack may become, in bytes; nil for no limit, or unknown.
    var stackLimit: UInt64? {
      ProcText(pid: pid, file: "limits").lines
        .first { $0.hasPrefix("Max stack size") }
        .flatMap { UInt64($0.dropFirst(26).prefix { $0 != " " }) }
    }
  }
#endif
