import CPython
import PythonRuntime
import Synchronization
import TargetProcess
import Testing

@testable import Attach

@Suite("Finding the main thread's state")
struct WalkTests {
  @Test(arguments: [SyntheticTable.minor14, SyntheticTable.minor15])
  func findsTheMainThreadOfInterpreterZero(_ table: [UInt8]) throws {
    let target = try SyntheticTarget(table)
    let found = try target.walk().find()
    #expect(found.address == target.mainThread)
    #expect(found.interpreter == target.interpreter)
    #expect(found.isMain && found.isStatic)
    #expect(found.candidates == 4)
    #expect(found.interpreters == 2)
    #expect(target.writes == 0)
  }

  @Test func anEmbedderHasNoMainThreadAndTheFirstOneIsTaken() throws {
    let target = try SyntheticTarget()
    target.set(target.interpreter + target.threadsMain, UInt64(0))
    let found = try target.walk().find()
    #expect(found.address == target.mainThread)
    #expect(!found.isMain)
  }

  @Test func withoutTheFirstThreadTheOldestThatLivesIsTaken() throws {
    let target = try SyntheticTarget()
    target.set(target.interpreter + target.threadsMain, UInt64(0))
    let found = try target.walk(alive: [102, 103]).find()
    #expect(found.address == target.workers[1])
    #expect(!found.isStatic)
  }

  /// What is changed, and what has to be said of it.
  struct Damage: CustomTestStringConvertible, Sendable {
    var testDescription: String
    var change: @Sendable (SyntheticTarget) -> Void
    var expected: @Sendable (SyntheticTarget) -> ThreadSearchError

    init(
      _ name: String, _ change: @escaping @Sendable (SyntheticTarget) -> Void,
      _ expected: @escaping @Sendable (SyntheticTarget) -> ThreadSearchError
    ) {
      testDescription = name
      self.change = change
      self.expected = expected
    }
  }

  static let damages: [Damage] = [
    Damage(
      "no interpreter",
      { $0.set(SyntheticTarget.runtime + $0.offsets.interpretersHead, UInt64(0)) },
      { _ in .noInterpreter }),
    Damage(
      "misaligned interpreter",
      { $0.set(SyntheticTarget.runtime + $0.offsets.interpretersHead, SyntheticTarget.heap + 4) },
      { _ in .badPointer(.interpreter, address: SyntheticTarget.heap + 4, .misaligned) }),
    Damage(
      "interpreter at the end of all addresses",
      { $0.set(SyntheticTarget.runtime + $0.offsets.interpretersHead, UInt64.max - 7) },
      { _ in .badPointer(.interpreter, address: .max - 7, .wraps) }),
    Damage(
      "interpreter nowhere",
      { $0.set(SyntheticTarget.runtime + $0.offsets.interpretersHead, UInt64(0x1000)) },
      { _ in .badPointer(.interpreter, address: 0x1000, .unmapped) }),
    Damage(
      "thread reaching out of memory",
      {
        let last = SyntheticTarget.heap + UInt64(SyntheticTarget.heapSize) - 64
        $0.set($0.interpreter + $0.offsets.threadsHead, last)
      },
      { _ in
        .badPointer(
          .thread, address: SyntheticTarget.heap + UInt64(SyntheticTarget.heapSize) - 64, .unmapped)
      }),
    Damage(
      "thread in constant data",
      { $0.set($0.interpreter + $0.offsets.threadsHead, SyntheticTarget.constants) },
      { _ in .badPointer(.thread, address: SyntheticTarget.constants, .notWritable) }),
    Damage(
      "circle of interpreters",
      { $0.set($0.newerInterpreter + $0.offsets.interpreterNext, $0.newerInterpreter) },
      { _ in .cycle(.interpreter, count: 1) }),
    Damage(
      "circle of threads",
      { $0.set($0.workers[2] + $0.offsets.threadNext, $0.workers[0]) },
      { _ in .cycle(.thread, count: 3) }),
    Damage(
      "no interpreter with id 0",
      { $0.set($0.interpreter + $0.offsets.interpreterID, UInt64(7)) },
      { _ in .noMainInterpreter(count: 2) }),
    Damage(
      "thread of another interpreter",
      { $0.set($0.interpreter + $0.offsets.threadsHead, $0.newerThread) },
      {
        .foreignThread(
          address: $0.newerThread, interpreter: $0.interpreter, says: $0.newerInterpreter)
      }),
    Damage(
      "main thread outside its list",
      { $0.set($0.interpreter + $0.threadsMain, $0.newerThread) },
      { .mainThreadOutsideList(address: $0.newerThread) }),
    Damage(
      "main thread nowhere",
      { $0.set($0.interpreter + $0.threadsMain, UInt64(0x2000)) },
      { _ in .badPointer(.thread, address: 0x2000, .unmapped) }),
    Damage(
      "no thread",
      {
        $0.set($0.interpreter + $0.offsets.threadsHead, UInt64(0))
        $0.set($0.interpreter + $0.threadsMain, UInt64(0))
      },
      { _ in .mainThreadGone }),
  ]

  @Test(arguments: damages)
  func eachDamageHasItsOwnError(_ damage: Damage) throws {
    let target = try SyntheticTarget()
    damage.change(target)
    let expected = damage.expected(target)
    #expect(throws: expected) { try target.walk().find() }
    #expect(target.writes == 0)
    let answer = TableWalkProvider().find(target.walk())
    #expect(answer.failure == expected)
    #expect(answer.thread == nil)
  }

  @Test func aMainThreadThatEndedIsTold() throws {
    let target = try SyntheticTarget()
    #expect(throws: ThreadSearchError.mainThreadGone) {
      try target.walk(alive: [101, 102, 103]).find()
    }
  }

  @Test func everyReadThatFailsIsAnError() throws {
    let target = try SyntheticTarget()
    _ = try target.walk().find()
    let reads = target.state.withLock { $0.reads }
    for read in 0..<reads {
      target.state.withLock { state in
        state.reads = 0
        state.faults = [.read(read)]
      }
      #expect(throws: ThreadSearchError.self) { try target.walk().find() }
    }
    #expect(target.writes == 0)
  }
}
