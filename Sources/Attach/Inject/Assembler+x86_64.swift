#if arch(x86_64)
  /// The few instructions that ``CallCode`` is made of.
  struct Assembler {
    /// Registers by their numbers in instructions.
    enum Register: UInt8 {
      case rax = 0, rcx, rdx, rbx, rsp, rbp, rsi, rdi, r8, r9, r10, r11
    }

    private(set) var bytes: [UInt8] = []

    // MARK: Values

    /// `movabs $value, %register`
    mutating func load(_ register: Register, _ value: UInt64) {
      bytes += [0x48 | (register.rawValue >> 3), 0xb8 | (register.rawValue & 7)]
      withUnsafeBytes(of: value) { bytes.append(contentsOf: $0) }
    }

    /// `mov slot(%rsp), %register`, for one of the lower eight.
    mutating func load(_ register: Register, slot: UInt8) {
      bytes += [0x48, 0x8b, 0x44 | register.rawValue << 3, 0x24, slot]
    }

    /// `lea slot(%rsp), %register`, for one of the lower eight.
    mutating func address(_ register: Register, slot: UInt8) {
      bytes += [0x48, 0x8d, 0x44 | register.rawValue << 3, 0x24, slot]
    }

    /// `mov %register, slot(%rsp)`, for one of the lower eight.
    mutating func store(_ register: Register, slot: UInt8) {
      bytes += [0x48, 0x89, 0x44 | register.rawValue << 3, 0x24, slot]
    }

    /// `mov %rax, (%rdi)`
    mutating func storeToPointer() { bytes += [0x48, 0x89, 0x07] }

    /// `and %rcx, %rax`
    mutating func and() { bytes += [0x48, 0x21, 0xc8] }

    /// `sub $1, %rax`
    mutating func decrement() { bytes += [0x48, 0x83, 0xe8, 0x01] }

    /// `mov %eax, %ebx`; calls preserve it.
    mutating func keepResult() { bytes += [0x89, 0xc3] }
    /// `mov %ebx, %edi`
    mutating func useKeptResult() { bytes += [0x89, 0xdf] }

    /// `add $distance, %rsp`
    mutating func adjustStack(by distance: Int8) {
      bytes += [0x48, 0x83, 0xc4, UInt8(bitPattern: distance)]
    }

    /// `push %rax`
    mutating func push() { bytes += [0x50] }

    // MARK: Calls

    /// `call` of an address, through `%rax`.
    mutating func call(_ function: UInt64) {
      load(.rax, function)
      bytes += [0xff, 0xd0]
    }

    /// `jmp *%r11` and its like; the register must be one of r8 to r11.
    mutating func jump(_ register: Register) {
      bytes += [0x41, 0xff, 0xe0 | (register.rawValue & 7)]
    }

    mutating func systemCall() { bytes += [0x0f, 0x05] }
    mutating func returnToCaller() { bytes += [0xc3] }

    // MARK: Jumps. Each returns the place of its distance, to be filled in by `land`.

    /// `test %eax, %eax` (or all of `%rax`) and `je`.
    mutating func jumpIfZero(wide: Bool = false) -> Int {
      bytes += (wide ? [0x48] : []) + [0x85, 0xc0, 0x0f, 0x84]
      return distance()
    }

    /// `test %eax, %eax` (or all of `%rax`) and `jne`.
    mutating func jumpIfNotZero(wide: Bool = false) -> Int {
      bytes += (wide ? [0x48] : []) + [0x85, 0xc0, 0x0f, 0x85]
      return distance()
    }

    mutating func jump() -> Int {
      bytes += [0xe9]
      return distance()
    }

    /// Lets a jump lead to here, or to another place of the code.
    mutating func land(_ place: Int, at target: Int? = nil) {
      let distance = Int32((target ?? bytes.count) - (place + 4))
      withUnsafeBytes(of: distance) { bytes.replaceSubrange(place..<(place + 4), with: $0) }
    }

    private mutating func distance() -> Int {
      bytes += [0, 0, 0, 0]
      return bytes.count - 4
    }
  }
#endif
