#if arch(x86_64)
  /// The general registers of a thread (`user_regs_struct` of the kernel's `asm/user_64.h`).
  public struct Registers: Hashable, Sendable {
    /// In the order of the kernel's structure.
    enum Name: Int {
      case r15, r14, r13, r12, rbp, rbx, r11, r10, r9, r8, rax, rcx, rdx, rsi, rdi, originalRAX, rip
      case cs, eflags, rsp, ss, fsBase, gsBase, ds, es, fs, gs
    }

    static let count = 27
    private var words: [UInt64]

    init?(_ bytes: [UInt8]) {
      guard bytes.count == Self.count * 8 else { return nil }
      words = bytes.withUnsafeBytes { bytes in
        (0..<Self.count).map { bytes.loadUnaligned(fromByteOffset: $0 * 8, as: UInt64.self) }
      }
    }

    var bytes: [UInt8] { words.withUnsafeBytes { Array($0) } }

    subscript(name: Name) -> UInt64 {
      get { words[name.rawValue] }
      set { words[name.rawValue] = newValue }
    }

    public var instruction: UInt64 { self[.rip] }
    public var stack: UInt64 { self[.rsp] }

    /// Whether the thread runs 64-bit code: `__USER_CS` of the kernel, not `__USER32_CS`.
    public var is64Bit: Bool { self[.cs] == 0x33 }

    /// Sets up what a caller does before it jumps to a function. The return address must be where
    /// the stack pointer shows, at an address that is 8 more than a multiple of 16.
    public mutating func call(_ function: UInt64, stack: UInt64) {
      self[.rip] = function
      self[.rsp] = stack
      // No system call is restarted for a thread that goes elsewhere.
      self[.originalRAX] = .max
      // The direction flag is clear at every call.
      self[.eflags] &= ~0x400
    }

    /// Sets up a system call: `gadget` is where the instructions `syscall; ret` are.
    public mutating func systemCall(
      _ number: UInt64, _ arguments: [UInt64], gadget: UInt64, stack: UInt64
    ) {
      call(gadget, stack: stack)
      self[.rax] = number
      for (name, argument) in zip([.rdi, .rsi, .rdx, .r10, .r8, .r9] as [Name], arguments) {
        self[name] = argument
      }
    }

    /// The number of the system call at whose beginning or end the thread is, and its first
    /// argument.
    public var currentCall: (number: UInt64, first: UInt64) { (self[.originalRAX], self[.rdi]) }

    /// What the system call returned that has just ended; a negative errno for a failure.
    public var result: Int64 { Int64(bitPattern: self[.rax]) }
  }

  extension TracedThread {
    /// `NT_PRSTATUS`.
    public func registers() throws(TraceError) -> Registers {
      guard let registers = Registers(try registerSet(1, capacity: Registers.count * 8)) else {
        throw .refused(operation: "PTRACE_GETREGSET", errno: 0)
      }
      return registers
    }

    public func setRegisters(_ registers: Registers) throws(TraceError) {
      try setRegisterSet(1, registers.bytes)
    }

    /// `NT_X86_XSTATE`: the XSAVE area in the standard format.
    public func vectorState() throws(TraceError) -> [UInt8] {
      try registerSet(0x202, capacity: 16_384)
    }
  }
#endif
