import CPython
import Synchronization
import TargetProcess
import Testing

@testable import Attach

@Suite("Writing a request")
struct WriterTests {
  private let path = Array("/tmp/folder/script".utf8)

  private func pending(_ target: SyntheticTarget) -> UInt32 {
    target.peek(target.mainThread + target.support.pending, 4).reversed()
      .reduce(0) { $0 << 8 | UInt32($1) }
  }

  private func buffer(_ target: SyntheticTarget) -> [UInt8] {
    target.peek(target.mainThread + target.support.path, Int(target.support.scriptPathSize))
  }

  @Test(arguments: [false, true]) func writesPathPendingAndOneByteOfTheBreaker(isStopped: Bool)
    throws
  {
    let target = try SyntheticTarget()
    let report = try target.writer(isStopped: isStopped).write(path)
    #expect(report.verified == Set(WriteReport.Step.allCases))
    #expect(buffer(target).starts(with: path + [0]))
    #expect(pending(target) == 1)
    // The version above the events is as it was.
    let events: UInt64 = isStopped ? 0x20 : 0x2e
    #expect(target.word(target.mainThread + target.support.evalBreaker) == 0x300 | events)
    let writes = target.state.withLock { $0.writes.map { ($0.address, $0.bytes.count) } }
    #expect(
      writes.map(\.0) == [
        target.mainThread + target.support.path, target.mainThread + target.support.pending,
        target.mainThread + target.support.evalBreaker,
      ])
    #expect(writes.map(\.1) == [path.count + 1, 4, 1])
  }

  private func failure(_ target: SyntheticTarget, _ path: [UInt8]? = nil) throws -> WriteFailure {
    let writer = try target.writer()
    do throws(WriteFailure) {
      _ = try writer.write(path ?? self.path)
    } catch {
      return error
    }
    throw Missing()
  }

  @Test func aPathHas511BytesAtMost() throws {
    let target = try SyntheticTarget()
    let long = [UInt8](repeating: 0x61, count: 512)
    let error = try failure(target, long)
    #expect(error.cause == .pathTooLong(count: 512, limit: 511))
    #expect(error.remains == .nothing)
    #expect(target.writes == 0)
    _ = try target.writer().write(Array(long.dropLast()))
    #expect(pending(target) == 1)
  }

  @Test(arguments: [[], [0x2f, 0, 0x61]] as [[UInt8]]) func aPathThatCannotBe(_ path: [UInt8])
    throws
  {
    let target = try SyntheticTarget()
    #expect(try failure(target, path).cause == .pathUnusable)
    #expect(target.writes == 0)
  }

  @Test func anotherDebuggersRequestStays() throws {
    let target = try SyntheticTarget()
    target.set(target.mainThread + target.support.pending, UInt32(1))
    target.poke(target.mainThread + target.support.path, Array("/other".utf8) + [0])
    let before = target.everything
    #expect(try failure(target).cause == .otherRequest(path: "/other"))
    #expect(target.everything == before)
    #expect(target.writes == 0)
  }

  @Test func whatNoDebuggerWritesIsToldApart() throws {
    let target = try SyntheticTarget()
    target.set(target.mainThread + target.support.pending, UInt32(2))
    #expect(try failure(target).cause == .pendingDamaged(2))
    #expect(target.writes == 0)
  }

  @Test(
    arguments: [(0, .switchedOff), (7, .switchDamaged(7))] as [(Int32, WriteFailure.Cause)])
  func theSwitchIsLookedAt(_ value: Int32, _ cause: WriteFailure.Cause) throws {
    let target = try SyntheticTarget()
    target.set(target.interpreter + target.support.remoteDebuggingEnabled, value)
    #expect(try failure(target).cause == cause)
    #expect(target.writes == 0)
  }

  @Test func aStateThatChangedMeanwhileIsNotWrittenTo() throws {
    let target = try SyntheticTarget()
    let writer = try target.writer()
    target.set(target.mainThread + target.offsets.threadInterpreter, target.newerInterpreter)
    #expect(throws: WriteFailure.self) { try writer.write(path) }
    #expect(target.writes == 0)
  }

  /// Every write fails once, after every possible part of it.
  @Test func aPartialWriteIsUndone() throws {
    for (number, count) in [(0, path.count + 1), (1, 4), (2, 1)] {
      for part in 0..<count {
        let target = try SyntheticTarget()
        target.poke(target.mainThread + target.support.path, Array("/old/path".utf8) + [0])
        let before = buffer(target)
        target.state.withLock { $0.faults = [.write(number, after: part)] }
        let error = try failure(target)
        #expect(error.step == [.path, .pending, .breaker][number])
        #expect(error.remains == .undone)
        #expect(pending(target) == 0)
        #expect(buffer(target) == before)
      }
    }
  }

  /// Every read fails once; whatever was written by then is put back.
  @Test func aReadThatFailsLeavesNothing() throws {
    let target = try SyntheticTarget()
    let writer = try target.writer()
    target.state.withLock { $0.reads = 0 }
    _ = try writer.write(path)
    let reads = target.state.withLock { $0.reads }
    #expect(reads > 8)
    for read in 0..<reads {
      let target = try SyntheticTarget()
      let writer = try target.writer()
      target.state.withLock { state in
        state.reads = 0
        state.faults = [.read(read)]
      }
      #expect(throws: WriteFailure.self) { try writer.write(path) }
      #expect(pending(target) == 0)
    }
  }

  @Test func whatCannotBeUndoneIsSaid() throws {
    let target = try SyntheticTarget()
    target.state.withLock { $0.faults = [.writesFrom(2)] }
    let error = try failure(target)
    #expect(error.step == .breaker)
    #expect(error.remains == .unknown)
  }

  @Test func aRequestThatIsTakenAtOnceIsNoFailure() throws {
    let target = try SyntheticTarget()
    // Any event makes the target look: here between our writing and our reading.
    target.state.withLock { state in
      state.beforeRead = { [weak target] _, address in
        guard let target, address == target.mainThread + target.support.pending else { return }
        target.set(address, UInt32(0))
      }
    }
    let report = try target.writer().write(path)
    #expect(report.isTaken)
    #expect(pending(target) == 0)
  }

  @Test func anotherDebuggerAtTheSameTimeIsTold() throws {
    let target = try SyntheticTarget()
    target.state.withLock { state in
      state.beforeRead = { [weak target] _, address in
        guard let target, target.writes == 1,
          address == target.mainThread + target.support.path
        else { return }
        target.poke(address, Array("/theirs".utf8) + [0])
      }
    }
    let error = try failure(target)
    #expect(error.cause == .overwritten(path: "/theirs"))
    #expect(pending(target) == 0)
    #expect(buffer(target).starts(with: Array("/theirs".utf8)))
  }

  @Test func cancellingTakesBackOursOnly() throws {
    let target = try SyntheticTarget()
    let writer = try target.writer()
    _ = try writer.write(path)
    #expect(try writer.cancel(path) == .cancelled)
    #expect(pending(target) == 0)
    #expect(try writer.cancel(path) == .taken)
    _ = try writer.write(Array("/theirs".utf8))
    #expect(try writer.cancel(path) == .foreign)
    #expect(pending(target) == 1)
  }
}
