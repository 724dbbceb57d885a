import Glibc
import Testing

@testable import TargetProcess

struct ProcessStatusTests {
  private func line(_ name: String, flags: UInt64 = 0x40_0040, state: String = "S") -> [UInt8] {
    Array(
      "12 (\(name)) \(state) 7 12 9 -1 -1 \(flags) 5 0 0 0 1 2 3 4 20 0 1 0 4711 99 1 2\n".utf8)
  }

  @Test("A name may hold anything", arguments: ["python3", "a b", ") S 1 2 (", "((", "x) R"])
  func names(_ name: String) throws {
    let status = try #require(ProcessStatus(parsing: line(name)))
    #expect(
      status == ProcessStatus(state: "S", parent: 7, session: 9, startTime: 4711))
    #expect(!status.isOver)
  }

  @Test func ending() throws {
    let status = try #require(ProcessStatus(parsing: line("x", flags: 0x40_0044)))
    #expect(status.isExiting && status.isOver && !status.isZombie)
    #expect(ProcessStatus(parsing: line("x", state: "Z"))?.isOver == true)
  }

  @Test("What is cut off is none") func truncated() {
    let whole = line("x")
    let start = whole.count - "4711 99 1 2\n".utf8.count
    for count in 0..<start {
      #expect(ProcessStatus(parsing: Array(whole.prefix(count))) == nil)
    }
  }

  @Test func ourselves() throws {
    let ourselves = LiveProcess(pid: getpid())
    let status = try #require(ourselves.status)
    #expect(!status.isOver)
    #expect(!ourselves.hasEnded(since: status.startTime))
    #expect(ourselves.hasEnded(since: status.startTime + 1))
    #expect(ourselves.tracer != nil)
  }
}
