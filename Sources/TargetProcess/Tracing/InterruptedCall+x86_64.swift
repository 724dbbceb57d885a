#if arch(x86_64)
  /// A system call in which a thread was waiting when it was stopped.
  public struct InterruptedCall: Hashable, Sendable {
    /// How the kernel would go on with it (`linux/errno.h`, seen by tracers only).
    enum Restart: Int64 {
      /// `ERESTARTSYS`, `ERESTARTNOINTR`, `ERESTARTNOHAND`: the same call again.
      case always = -512
      case evenAfterHandlers = -513
      case withoutHandler = -514
      /// `ERESTART_RESTARTBLOCK`: with the rest of its time.
      case remaining = -516
      /// `EINTR`: not at all; the caller tries again.
      case never = -4
    }

    public var number: UInt64
    var restart: Restart

    /// Nil when the thread was running, or when its call has ended anyhow.
    init?(_ registers: Registers) {
      let number = registers[.originalRAX]
      guard number < 1 << 31, let restart = Restart(rawValue: registers.result) else { return nil }
      // Only a call that is never restarted tells that it was waiting by EINTR.
      if restart == .never, !SystemCall.waits.contains(number) { return nil }
      self.number = number
      self.restart = restart
    }

    /// `futex`, `futex_waitv`, `futex_wait`: in a lock, or in what is below one.
    public var isLock: Bool { SystemCall.isLock(number) }

    /// `pause`, `rt_sigsuspend`: it ends by a signal only, and is not called again.
    public var isWaitForSignal: Bool { SystemCall.isWaitForSignal(number) }

    /// Whether it is one of those that programs wait in by intention, for time, data, a connection, a
    /// child or a signal, so that the code around it is prepared for anything to happen meanwhile.
    public var isWait: Bool { SystemCall.waits.contains(number) }
  }

  extension Registers {
    /// The call in which the thread was waiting when it was stopped there.
    public var interruptedCall: InterruptedCall? { InterruptedCall(self) }

    /// Says what the kernel would have said after the stop, for a thread that comes back by another
    /// way than through the kernel's own restart.
    ///
    /// - Parameter endsCall: makes the call fail with `EINTR` instead of waiting on.
    mutating func finishInterruptedCall(endsCall: Bool) {
      guard let call = interruptedCall else { return }
      let instructionLength: UInt64 = 2
      switch call.restart {
      case _ where endsCall:
        self[.rax] = UInt64(bitPattern: InterruptedCall.Restart.never.rawValue)
      case .always, .evenAfterHandlers, .withoutHandler:
        self[.rip] -= instructionLength
        self[.rax] = self[.originalRAX]
      case .remaining:
        // After a return from a signal frame the kernel has forgotten the rest of
        // the time and answers EINTR, as after any signal with a handler.
        self[.rip] -= instructionLength
        self[.rax] = SystemCall.restart
      case .never: break
      }
      self[.originalRAX] = .max
    }
  }

  extension Registers {
    /// Whether the thread stands at the entry of a wait that may fail with `EINTR` without being made:
    /// its caller looks at what it waits for and begins again.
    ///
    /// A `futex` that wakes may not: glibc ends the process ("The futex facility returned an unexpected
    /// error code", `sysdeps/nptl/futex-internal.h`). Nor may `connect`: CPython takes it for one that
    /// is under way.
    public var entersWaitThatMayFail: Bool {
      let (number, operation) = (self[.originalRAX], self[.rsi] & 0x7f)  // without its flags
      if number == 202 { return operation == 0 || operation == 9 }  // FUTEX_WAIT, FUTEX_WAIT_BITSET
      return SystemCall.waitsThatMayFail.contains(number)
    }

    /// Lets the system call at whose entry the thread is fail with `EINTR` without being made.
    public mutating func failSystemCall() {
      self[.originalRAX] = .max
      self[.rax] = UInt64(bitPattern: InterruptedCall.Restart.never.rawValue)
    }
  }

  extension TracedThread {
    /// Lets the system call in which the stopped thread was waiting end with `EINTR`, as after a
    /// signal with a handler, instead of being restarted.
    ///
    /// One change of registers, complete by itself: nothing has to follow it.
    ///
    /// - Parameter registers: as they are.
    public func endInterruptedCall(_ registers: Registers) throws(TraceError) {
      var registers = registers
      registers.finishInterruptedCall(endsCall: true)
      try setRegisters(registers)
    }
  }

  /// Numbers of system calls (`arch/x86/entry/syscalls/syscall_64.tbl`).
  public enum SystemCall {
    public static let mmap: UInt64 = 9
    /// `restart_syscall`: a sleep, a poll or a timed lock that was interrupted, with the rest of its time.
    public static let restart: UInt64 = 219
    /// `rt_sigreturn`, with which a signal handler ends.
    public static let sigreturn: UInt64 = 15

    /// Those in which programs wait by intention. Not those of locks.
    static let waits: Set<UInt64> = [
      0, 1, 17, 18, 19, 20,  // read, write, pread64, pwrite64, readv, writev
      7, 271, 23, 270,  // poll, ppoll, select, pselect6
      232, 281, 441,  // epoll_wait, epoll_pwait, epoll_pwait2
      35, 230,  // nanosleep, clock_nanosleep
      42, 43, 288,  // connect, accept, accept4
      44, 45, 46, 47, 299, 307,  // sendto, recvfrom, sendmsg, recvmsg, recvmmsg, sendmmsg
      61, 247,  // wait4, waitid
      34, 128, 130,  // pause, rt_sigtimedwait, rt_sigsuspend
      65, 220, 69, 70, 242, 243,  // semop, semtimedop, msgsnd, msgrcv, mq_timedsend, -receive
      72, 73,  // fcntl, flock
      2, 257,  // open, openat: of a FIFO
      208, 333,  // io_getevents, io_pgetevents
    ]

    /// Those of them, and `restart_syscall`, that CPython makes again after `EINTR` (PEP 475).
    static let waitsThatMayFail: Set<UInt64> = [
      0, 7, 271, 23, 270, 232, 281, 441, 35, 230, 43, 288, 45, 47, 61, 247, 34, 128, 130, restart,
    ]

    /// Whether a thread in this call waits there by intention, by the words of
    /// `/proc/PID/task/TID/syscall`.
    public static func isWait(_ number: UInt64) -> Bool { waits.contains(number) }
    /// `futex`, `futex_waitv`, `futex_wait`.
    public static func isLock(_ number: UInt64) -> Bool { [202, 449, 455].contains(number) }
    /// `pause`, `rt_sigsuspend`.
    public static func isWaitForSignal(_ number: UInt64) -> Bool { [34, 130].contains(number) }
  }
#endif
