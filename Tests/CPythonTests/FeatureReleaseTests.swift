import TestSupport
import Testing

@testable import CPython

@Suite("What is known of each feature release")
struct FeatureReleaseTests {
  @Test("the methods of attaching, by release and build")
  func methods() throws {
    func methods(_ minor: Int, _ flags: ABIFlags = []) throws -> [AttachEntry] {
      try #require(PythonSeries(3, minor).release).attachEntries(flags)
    }
    for minor in 5...13 { #expect(try methods(minor) == [.inject]) }
    for minor in 14...15 { #expect(try methods(minor) == [.safe, .inject]) }
    #expect(try methods(13, .freeThreaded) == [])
    #expect(try methods(14, .freeThreaded) == [.safe])
    #expect(try methods(15, [.freeThreaded, .debug]) == [.safe])
  }

  @Test("the breaker's bits are those of pycore_ceval.h, for 3.14 and 3.15 only")
  func bits() {
    for release in FeatureRelease.known {
      let bits = release.evalBreaker
      #expect((bits != nil) == (release.series >= PythonSeries(3, 14)), "\(release.series)")
      // _PY_EVAL_PLEASE_STOP_BIT; signals, calls to do, asynchronous exceptions.
      #expect(bits?.stop ?? 0x20 == 0x20)
      #expect(bits?.hints ?? 0x0e == 0x0e)
    }
  }

  @Test("sentences name the releases that are known")
  func sentences() {
    #expect(FeatureRelease.known.withSafeAttach == "3.14 and 3.15")
    #expect(FeatureRelease.known.withTable == "3.13, 3.14 and 3.15")
    #expect(FeatureRelease.known[..<0].withSafeAttach == "none")
  }

  /// What one more release takes: this value, and a line in `FeatureRelease.known`.
  private static let made = FeatureRelease(
    PythonSeries(3, 16),
    debugOffsets: DebugOffsetsFormat(PythonSeries(3, 16), tableSize: 896) {
      // As 3.15, with one entry more before the debugger's part, which is the last.
      var groups = PythonSeries(3, 15).release?.debugOffsets?.layout.groups ?? []
      let support = groups.removeLast()
      groups.append(.init("made_up", [.init("size", at: 840, .size)]))
      groups.append(
        .init(support.name, support.fields.map { .init($0.name, at: $0.position + 8, $0.width) }))
      return groups
    },
    evalBreaker: EvalBreakerBits(stop: 1 << 6, hints: 1 << 1, signals: 1 << 1))

  private var table: [UInt8] {
    get throws {
      var table = try #require(RealTables.all[15])
      table.replaceSubrange(840..<840, with: [64, 0, 0, 0, 0, 0, 0, 0])
      table.set(0x0310_00f0, at: 8)
      return table
    }
  }

  @Test("a table of an unknown release is refused, with no other release's plan")
  func unknown() throws {
    let version = PythonVersion(3, 16)
    #expect(throws: DebugOffsetsError.unknownSeries(version)) {
      try DebugOffsets(parsing: table)
    }
    #expect(PythonSeries(3, 16).release == nil)
    #expect(!PythonSeries.supported.contains(PythonSeries(3, 16)))
  }

  @Test("a release that is added is read by its own facts, and by nothing else")
  func madeUp() throws {
    let releases = FeatureRelease.known + [Self.made]
    let offsets = try DebugOffsets(parsing: table, releases: releases)
    #expect(offsets.version == PythonVersion(3, 16))
    #expect(offsets["made_up.size"] == 64)
    let support = try #require(StateOffsets(offsets).support)
    let before = try DebugOffsets(parsing: try #require(RealTables.all[15])).debuggerSupport
    #expect(support == before)
    // Its own plan checks it.
    var damaged = try table
    damaged.set(3, at: 840)
    #expect(throws: DebugOffsetsError.self) {
      try DebugOffsets(parsing: damaged, releases: releases)
    }
    #expect(releases[PythonSeries(3, 16)]?.evalBreaker?.stop == 1 << 6)
    #expect(releases[PythonSeries(3, 16)]?.attachEntries([]) == [.safe, .inject])
    #expect(releases.withSafeAttach == "3.14, 3.15 and 3.16")
  }
}
