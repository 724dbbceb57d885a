import CPython
import Testing

@testable import Attach

/// Hostile tables: each has an error of its own kind, and no offsets that anything could be written
/// by.
@Suite("Tables that safe attach does not take")
struct TableTests {
  private let real = SyntheticTable.minor14

  private func error(_ table: [UInt8]) -> DebugOffsetsError? {
    do throws(DebugOffsetsError) {
      _ = try DebugOffsets(parsing: table)
      return nil
    } catch {
      return error
    }
  }

  @Test(arguments: 0..<8) func aDamagedCookie(_ place: Int) {
    var table = real
    table[place] ^= 0x20
    #expect(error(table) == .noCookie)
  }

  @Test func versionZero() {
    #expect(error(SyntheticTable.changed(real, at: 8, to: 0)) == .noVersion(0))
  }

  @Test func anUnknownMinor() {
    #expect(
      error(SyntheticTable.changed(real, at: 8, to: 0x0310_00f0))
        == .unknownSeries(PythonVersion(3, 16)))
  }

  @Test func aPreRelease() {
    #expect(
      error(SyntheticTable.changed(real, at: 8, to: 0x030e_00c1))
        == .preRelease(PythonVersion(3, 14, 0, releaseLevel: .candidate, serial: 1)))
  }

  @Test(arguments: [SyntheticTable.minor14, SyntheticTable.minor15])
  func truncatedAtEveryLength(_ table: [UInt8]) {
    for count in table.indices {
      switch error(Array(table.prefix(count))) {
      case .noCookie where count < 8: break
      case .truncated(_, let found): #expect(found == count)
      case let other: Issue.record("\(count): \(String(describing: other))")
      }
    }
  }

  @Test(arguments: [2, 0x100, .max] as [UInt64]) func aWrongThreadingFlag(_ value: UInt64) {
    guard
      case .damaged("free_threaded", value, _) = error(
        SyntheticTable.changed(real, at: 16, to: value))
    else { return #expect(Bool(false)) }
  }

  /// Positions in the table of 3.14 by what they are used for.
  static let used = [
    40, 56, 64, 72, 80, 192, 200, 224, 712, 720, 728, 744, 752,
  ]

  @Test(arguments: used, [.max, .max - 7, 1 << 40, 1 << 63] as [UInt64])
  func offsetsBeyondTheirStructure(_ place: Int, _ value: UInt64) {
    guard case .damaged = error(SyntheticTable.changed(real, at: place, to: value)) else {
      return #expect(Bool(false), "position \(place) = \(value)")
    }
  }

  @Test(arguments: [40, 64, 72, 80, 192, 200, 712, 720, 728]) func misalignedOffsets(_ place: Int) {
    let value = real[place..<(place + 8)].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard case .damaged = error(SyntheticTable.changed(real, at: place, to: value + 1)) else {
      return #expect(Bool(false), "position \(place)")
    }
  }

  /// PTVS's parser slides a window of five words over the table and takes the first that looks like
  /// [breaker, support, pending, path, 512]. There are six words, so it takes the one that begins
  /// with the second.
  @Test(arguments: [SyntheticTable.minor14, SyntheticTable.minor15])
  func theSlidingWindowReadsRealTablesWrongly(_ table: [UInt8]) throws {
    let words = stride(from: 24, to: table.count, by: 8).map { place in
      table[place..<(place + 8)].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    }
    let accepted = words.indices.dropLast(4).filter { start in
      let window = words[start..<(start + 5)]
      return window[start + 4] == 512 && window[start] < 0x4000 && window[start + 1] < 0x4000
        && window[start] > 0 && window[start + 1] > 0 && window[start + 2] < 0x100
        && window[start + 3] < 0x100
    }
    let start = try #require(accepted.first)
    #expect(accepted.count == 1)
    let support = try #require(try DebugOffsets(parsing: table).debuggerSupport)
    #expect(words[start] == support.remoteDebuggerSupport)
    #expect(words[start] != support.evalBreaker)
    #expect(words[start + 1] == support.remoteDebuggingEnabled)
  }
}
