import Testing

@testable import Attach

@Suite("Texts for the target and from it")
struct BootstrapTests {
  @Test("literals are ASCII")
  func literals() {
    #expect(PythonLiteral.string("a'b\\c\né🙂") == #"'a\'b\\c\U0000000a\U000000e9\U0001f642'"#)
    #expect(PythonLiteral.bytes([0, 0x2f, 0xff]) == #"b'\x00\x2f\xff'"#)
  }

  @Test("the bootstrap ends in a zero byte, and has the mask of the signals that were blocked")
  func text() {
    let looking = Bootstrap(folder: "/tmp/x", pid: 7, payload: .expression("1"))
      .text(signalMask: 0b11)
    #expect(looking.last == 0)
    #expect(looking.dropLast().allSatisfy { $0 > 0 && $0 < 128 })
    #expect(String(decoding: looking, as: UTF8.self).contains(", None,\n"))
    let running = Bootstrap(folder: "/tmp/x", pid: 7, payload: .file("", name: "f"))
      .text(signalMask: 1 << 14 | 1 << 31 | 1)
    #expect(String(decoding: running, as: UTF8.self).contains(", 0x0000000080004001,\n"))
    #expect(
      running.count == Bootstrap(folder: "/tmp/x", pid: 7, payload: .file("", name: "f")).count)
  }

  @Test("a listing of stacks is read back")
  func stacks() {
    let listing = StackListing(
      parsing: "T\t140\tMain\\tThread\nF\ta.py\t3\tf\nL\tx\t'a\\\\nb'\n"
        + "F\ta.py\t9\t<module>\nT\t5\t\n")
    #expect(listing.threads.map(\.ident) == [140, 5])
    #expect(listing.threads[0].name == "Main\tThread")
    #expect(listing.threads[0].frames.map(\.line) == [3, 9])
    #expect(listing.threads[0].frames[0].locals == [.init(name: "x", value: #"'a\nb'"#)])
    #expect(StackListing(parsing: "L\tx\ty\nF\ta\tb\tc\n").threads.isEmpty)
  }
}
