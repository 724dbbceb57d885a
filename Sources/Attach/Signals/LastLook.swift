#if arch(x86_64)
  import Glibc
  import PythonRuntime
  import TargetProcess

  /// The last step of an attach to a program that waits: its main thread looks for signals once more
  /// before it waits on.
  ///
  /// CPython looks for signals and then begins its wait again, and a signal that is handled between the
  /// two is late until the wait ends. It is so without an attach, too, but an attach makes a
  /// thread begin again. So the wait is ended with `EINTR` once more, and the thread is traced from
  /// there to the entry of its next wait: if a handler has run on the way, on whatever
  /// thread, that wait fails with `EINTR`, and so on.
  struct LastLook {
    let process: LiveProcess
    let runtime: LocatedRuntime
    /// The main thread.
    let thread: Int32
    /// Whether the thread was waiting when it was reached, so that it is on its way back.
    let wasWaiting: Bool
    var checkpoint: AttachCheckpoint.Observer?

    /// On a machine with much more work than processors, each turn of the thread may take long.
    private static let limit = Duration.seconds(5)
    /// Processor time, in nanoseconds: a thread that has run for longer is not on its way to a wait.
    private static let mostWork: UInt64 = 20_000_000
    /// Twice the calls that lead back to a wait. A handler that raises leads elsewhere.
    private static let mostStops = 40

    /// Blocks for a fraction of a millisecond, as a rule. What cannot be traced goes on as it is.
    func make() {
      let wait = ThreadWait.call(of: thread, in: process.pid)
      guard wait != nil || wasWaiting, let map = try? process.memoryMap() else { return }
      let site = CallSite(memory: process.memory, map: map)
      if let wait, !wasWaiting, kind(of: wait, site) != .own { return }
      DedicatedThread.join {
        try? watch(site)
      }
    }

    private func watch(_ site: CallSite) throws(TraceError) {
      let watch = try SignalWatch(of: process, main: thread, Tracer())
      defer { watch.leaveToEnd() }
      let end = ContinuousClock.now + Self.limit
      let lastWork = work + Self.mostWork
      var handled = watch.handledElsewhere
      // A wait for a signal, which is not begun again, is ended by a signal only.
      var hasSignal = false
      var needsLook = true
      var stops = 0
      var polls = 0
      func endsWait(_ call: UInt64) -> Bool {
        hasSignal || needsLook && !SystemCall.isWaitForSignal(call)
      }
      try watch.main.thread.requestStop()
      while stops < Self.mostStops, .now < end {
        guard let stop = try watch.main.thread.poll() else {
          watch.serveOthers()
          polls += 1
          if polls < 100 { sched_yield() } else { usleep(20) }
          if polls.isMultiple(of: 50), watch.hasEnded || work > lastWork { return }
          continue
        }
        polls = 0
        stops += 1
        switch stop {
        case .signal(let signal):
          if watch.isCaught(signal) { hasSignal = true }
        case .group, .event: return try watch.main.thread.resume()
        case .interrupted:
          let registers = try watch.main.thread.registers()
          guard let call = registers.interruptedCall else { break }
          switch kind(call.number, registers, site) {
          case .foreign: return try watch.main.thread.resume()
          case .own where endsWait(call.number):
            try watch.main.thread.endInterruptedCall(registers)
            (hasSignal, needsLook) = (false, false)
          case .own, .none: break
          }
        case .systemCall:
          guard try watch.main.thread.systemCallSide() == 1 else { break }
          var registers = try watch.main.thread.registers()
          let call = registers.currentCall.number
          guard registers.entersWaitThatMayFail else { break }
          let kind = kind(call, registers, site)
          if kind == .none { break }
          if kind == .foreign { needsLook = false }
          checkpoint?(.waitBegins)
          watch.serveOthers()
          while watch.isAnyInHandler, !watch.hasEnded, .now < end {
            sched_yield()
            watch.serveOthers()
          }
          if watch.handledElsewhere != handled { hasSignal = true }
          handled = watch.handledElsewhere
          if endsWait(call) {
            registers.failSystemCall()
            try watch.main.thread.setRegisters(registers)
            (hasSignal, needsLook) = (false, false)
            break
          }
          try watch.main.thread.resume()
          // While it stood there, the kernel has given signals to other threads.
          guard try watch.waitUntilHandled(until: end), watch.handledElsewhere != handled else {
            return
          }
          handled = watch.handledElsewhere
          hasSignal = true
          try watch.main.thread.requestStop()
          continue
        }
        try watch.main.thread.resume(stopsAtSystemCall: true)
      }
    }

    /// For how long the thread has run, in nanoseconds; 0 where the kernel does not count.
    private var work: UInt64 { ThreadWait.work(of: thread, in: process.pid) ?? 0 }

    private enum Kind {
      /// A wait that CPython's own code makes, which looks for signals behind it.
      case own
      /// A wait of other code.
      case foreign
      /// No wait, or one of CPython's own locks, such as the GIL, on the way to another.
      case none
    }

    private func kind(_ number: UInt64, _ registers: Registers, _ site: CallSite) -> Kind {
      kind(
        of: ThreadWait.Call(
          number: number, firstArgument: registers.currentCall.first, stack: registers.stack,
          instruction: registers.instruction), site)
    }

    private func kind(of call: ThreadWait.Call, _ site: CallSite) -> Kind {
      let isLock = SystemCall.isLock(call.number)
      guard isLock || SystemCall.isWait(call.number) || call.number == SystemCall.restart,
        !(isLock && site.isData(call.firstArgument, of: runtime.file))
      else { return .none }
      let caller = site.caller(stack: call.stack, instruction: call.instruction)
      return caller?.isInterpreter(runtime.file) ?? false ? .own : .foreign
    }
  }

  extension CallSite {
    /// Whether an address is in the static data of a file; what is zero at its start is mapped behind
    /// the file, without a name.
    func isData(_ address: UInt64, of file: MemoryRegion.File) -> Bool {
      guard let region = map.region(containing: address) else { return false }
      if let found = region.file { return found.inode == file.inode }
      guard region.label.isEmpty, region.start > 0,
        let before = map.region(containing: region.start - 1)
      else { return false }
      return before.file?.inode == file.inode
    }
  }
#endif
