#if os(Linux) && arch(x86_64)
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
#endif
