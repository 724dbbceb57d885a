import CPython
import Testing

@testable import Attach

@Suite("Providers of the thread state")
struct ProviderTests {
  @Test func theCacheHoldsAsLongAsTheInterpreterAgrees() throws {
    let target = try SyntheticTarget()
    let provider = CacheProvider(known: try target.walk().find())
    #expect(provider.find(target.walk()).thread?.address == target.mainThread)
    #expect(provider.find(target.walk(alive: [])).thread == nil)
    target.set(target.interpreter + target.threadsMain, UInt64(0))
    #expect(provider.find(target.walk()).thread == nil)
  }

  @Test func theFirstThatDecidesEndsTheChain() throws {
    let target = try SyntheticTarget()
    let known = try target.walk().find()
    let chain = ProviderChain(
      writable: [CacheProvider(known: known), TableWalkProvider()],
      diagnostic: [HeuristicProvider()], fallback: [ExportProvider(address: nil)])
    #expect(chain.run(target.walk()).map(\.provider) == [.cache, .heuristic])
    target.set(target.interpreter + target.offsets.interpreterID, UInt64(9))
    #expect(
      chain.run(target.walk()).map(\.provider) == [.cache, .tableWalk, .heuristic, .export])
    #expect(target.writes == 0)
  }

  @Test func answersAreNotToBeWrittenTo() {
    #expect(ProviderKind.allCases.filter(\.mayBeWrittenTo) == [.cache, .tableWalk])
  }

  @Test func theHeuristicFindsTheStaticState() throws {
    let target = try SyntheticTarget()
    let answer = HeuristicProvider().find(target.walk())
    #expect(answer.address == target.mainThread)
    #expect(answer.thread == nil)
  }

  /// Six neighbouring words that lead somewhere readable are found in a real table, and what they
  /// lead to is no thread state.
  @Test func inferenceIsNoProof() throws {
    let target = try SyntheticTarget()
    let answer = InferenceProvider(table: SyntheticTable.minor14).find(target.walk())
    #expect(answer.thread == nil)
    #expect(answer.address != target.mainThread)
  }

  @Test func switchesHaveTheirNames() {
    var switches = SafeSwitches(environment: [
      "PTVS_SAFE_ATTACH_MANAGED_DISABLE": "1", "PTVS_SAFE_ATTACH_ALLOW_EXPORT": "true",
      "PTVS_SAFE_ATTACH_ALLOW_EXPORT_FALLBACK": "yes", "PTVS_SAFE_ATTACH_MANAGED_NO_CACHE": "1",
      "PTVS_SAFE_ATTACH_FORCE_HEURISTIC": "1", "PTVS_SAFE_ATTACH_VERBOSE": "1",
      "PTVS_SAFE_ATTACH_MANAGED_WRITE": "0",
    ])
    #expect(switches.isDisabled && switches.allowsExport && switches.allowsExportFallback)
    #expect(switches.ignoresCache && switches.asksHeuristic && switches.isVerbose)
    #expect(!switches.writes)
    switches = SafeSwitches(environment: ["PTVS_SAFE_ATTACH_MANAGED_DISABLE": "0"])
    #expect(switches == SafeSwitches())
  }

  @Test(arguments: [
    (["-X", "disable-remote-debug", "x.py"], ["disable-remote-debug"], false),
    (["-IXdisable-remote-debug=0", "-c", "pass"], ["disable-remote-debug=0"], true),
    (["-u", "-m", "module", "-X", "disable-remote-debug"], [], false),
    (["x.py", "-X", "disable-remote-debug"], [], false),
  ])
  func onlyOptionsOfCPythonCount(
    _ arguments: [String], _ implementation: [String], _ ignores: Bool
  ) {
    let options = CommandOptions(arguments)
    #expect(options.implementation == implementation)
    #expect(options.ignoresEnvironment == ignores)
  }
}
