#if os(Linux) && arch(x86_64)
  import TargetProcess

  /// Wakes a thread from a wait in which CPython does not look for requests.
  struct Waker {
    let process: LiveProcess
    let map: MemoryMap
    let runtime: MemoryRegion.File

    /// Interrupts the thread's wait, if it is one that may be.
    ///
    /// - Parameter thread: by the kernel's id.
    /// - Returns: how, or nil when the thread is not in such a wait any more.
    func wake(_ thread: Int32, until deadline: ContinuousClock.Instant) throws(TraceError)
      -> WakeWay?
    {
      let traced = try TracedThread(seizing: thread)
      let stop = try traced.interrupt(until: deadline)
      let way: WakeWay?
      do {
        way = stop == .interrupted ? try use(traced) : nil
      } catch {
        try? traced.detach()
        throw error
      }
      try traced.detach()
      return way
    }

    private func use(_ thread: borrowing TracedThread) throws(TraceError) -> WakeWay? {
      let registers = try thread.registers()
      guard let call = registers.interruptedCall, !call.isLock else { return nil }
      // The stop itself has ended the wait in epoll.
      if [232, 281, 441].contains(call.number) { return .interrupt }
      let site = CallSite(memory: process.memory, map: map)
      guard call.isWait,
        let caller = site.caller(stack: registers.stack, instruction: registers.instruction),
        caller.isInterpreter(runtime)
      else { return nil }
      try thread.endInterruptedCall(registers)
      return .endedCall
    }
  }
#endif
