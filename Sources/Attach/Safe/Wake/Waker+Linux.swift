#if os(Linux) && arch(x86_64)
  import TargetProcess

  /// Wakes a thread from a wait in which CPython does not look for requests.
  struct Waker {
    enum Result: Hashable {
      case woken(WakeWay)
      /// It was not in such a wait any more.
      case notWaiting
      /// It waits in a call that is not the interpreter's own.
      case foreign
    }

    let process: LiveProcess
    let map: MemoryMap
    let runtime: MemoryRegion.File
    let tracer: Tracer

    /// Interrupts the thread's wait, if it is one that may be.
    ///
    /// - Parameter thread: by the kernel's id.
    /// - Returns: how, or why it was not.
    func wake(
      _ thread: Int32, until deadline: ContinuousClock.Instant
    ) throws(TraceError) -> Result {
      var traced = try tracer.seize(thread)
      guard let stop = try traced.stop(until: deadline) else {
        throw .timedOut(operation: "stopping the thread")
      }
      return stop == .interrupted ? try use(traced) : .notWaiting
    }

    private func use(_ thread: borrowing TracedThread) throws(TraceError) -> Result {
      let registers = try thread.registers()
      guard let call = registers.interruptedCall, !call.isLock else { return .notWaiting }
      // The stop itself has ended the wait in epoll.
      if [232, 281, 441].contains(call.number) { return .woken(.interrupt) }
      let site = CallSite(memory: process.memory, map: map)
      guard call.isWait,
        let caller = site.caller(stack: registers.stack, instruction: registers.instruction),
        caller.isInterpreter(runtime)
      else { return .foreign }
      try thread.endInterruptedCall(registers)
      return .woken(.endedCall)
    }
  }
#endif
