#if arch(x86_64)
  import Testing

  @testable import TargetProcess

  /// A thread stands at the entry of a system call.
  @Suite("A system call at its entry")
  struct SystemCallEntryTests {
    private func registers(call: UInt64, second: UInt64 = 0) throws -> Registers {
      var registers = try #require(Registers([UInt8](repeating: 0, count: Registers.count * 8)))
      registers[.originalRAX] = call
      registers[.rsi] = second
      return registers
    }

    @Test(
      "that wakes threads, writes or connects is never made to fail",
      arguments: [
        (202, 1), (202, 0x81), (202, 5), (202, 0x85), (202, 10), (202, 7), (42, 0), (1, 0), (3, 0),
        (449, 0),
      ] as [(UInt64, UInt64)])
    func othersAreMade(_ call: UInt64, _ operation: UInt64) throws {
      #expect(try !registers(call: call, second: operation).entersWaitThatMayFail)
    }

    @Test(
      "that waits may fail",
      arguments: [
        (202, 0), (202, 0x80), (202, 0x89), (202, 0x189), (7, 3), (23, 0), (230, 1), (0, 9),
        (219, 0),
      ] as [(UInt64, UInt64)])
    func waitsMayFail(_ call: UInt64, _ operation: UInt64) throws {
      #expect(try registers(call: call, second: operation).entersWaitThatMayFail)
    }
  }
#endif
