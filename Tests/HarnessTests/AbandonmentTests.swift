import Testing

@testable import Harness

@Suite("Work that is given up", .timeLimit(.minutes(1)))
struct AbandonmentTests {
  /// Ignores its cancellation.
  private static func stuck(until released: Waiter) async -> Int {
    _ = await released.wait()
    return 1
  }

  @Test("work that ends in time gives its value")
  func workThatEnds() async {
    let value = await abandoning(after: .seconds(60), orAfterCancellation: .seconds(60)) { 42 }
    #expect(value == 42)
  }

  @Test("work that is stuck is left behind at the limit")
  func stuckWorkIsLeftBehind() async {
    let released = Waiter()
    defer { released.signal() }
    let value = await abandoning(after: .milliseconds(10), orAfterCancellation: .seconds(60)) {
      await Self.stuck(until: released)
    }
    #expect(value == nil)
  }

  @Test("work that is stuck is left behind a while after the caller was cancelled")
  func stuckWorkIsLeftBehindOnCancellation() async {
    let released = Waiter()
    defer { released.signal() }
    let caller = Task {
      await abandoning(after: .seconds(60), orAfterCancellation: .milliseconds(10)) {
        await Self.stuck(until: released)
      }
    }
    caller.cancel()
    #expect(await caller.value == nil)
  }

  @Test("work that heeds its cancellation gives its value")
  func cancelledWorkEnds() async {
    let caller = Task {
      await abandoning(after: .seconds(60), orAfterCancellation: .seconds(60)) {
        while !Task.isCancelled { await Task.yield() }
        return 42
      }
    }
    caller.cancel()
    #expect(await caller.value == 42)
  }
}

@Suite("The time limit of a cell")
struct CellTimeoutTests {
  @Test(
    "is a number of seconds that every clock can take",
    arguments: ["0", "-1", "nan", "inf", "-inf", "1e30", "86401", "", "soon", "0x"])
  func refused(_ text: String) {
    #expect(CellTimeout.parse(text) == nil)
    #expect(throws: ScenarioDiagnostics.self) {
      try Scenario.parse(
        name: "a", display: "a.py", text: "\"\"\"A.\"\"\"\n# timeout: \(text)\n#> run -> exit 0\n")
    }
  }

  @Test("may be a fraction, or a day")
  func accepted() {
    #expect(CellTimeout.parse("0.5") == .milliseconds(500))
    #expect(CellTimeout.parse("86400") == .seconds(86_400))
  }
}
