import CPython
import Harness
import Interpreters
import Matrix
import SystemPackage
import Testing

@Suite("The plan of a run")
struct PlanTests {
  private func interpreter(_ version: PythonVersion, shared: Bool = false) -> Interpreter {
    Interpreter(
      version: version, abiFlags: [], linkage: shared ? .shared(library: nil) : .static,
      libc: .gnu, architecture: "x86_64", operatingSystem: "linux", path: FilePath("/p/\(version)"),
      realPath: FilePath("/p/\(version)\(shared)"), prefix: "/p", source: .path,
      remoteDebugging: .unsupported)
  }

  private func scenario(_ name: String) throws -> Scenario {
    try Scenario.parse(name: name, display: name, text: "\"\"\"T.\"\"\"\n#> run -> exit 0\n")
  }

  @Test("missing interpreters stand between those that are there")
  func columnsInOrder() {
    let resolution = Resolution(
      interpreters: [interpreter(PythonVersion(3, 6, 15)), interpreter(PythonVersion(3, 14, 0))],
      missing: ["3.12", "3.5", "/no/python"].map {
        .init(name: $0, request: $0, reason: "none was found", hint: "get one")
      })
    let plan = Plan(resolution, scenarios: [], matching: [])
    #expect(plan.columns.map(\.label) == ["3.5", "3.6", "3.12", "3.14", "/no/python"])
    #expect(plan.columns[0].runtime == .missing(hint: "none was found; get one"))
  }

  @Test("each interpreter has a column for each configuration that is wanted for it")
  func columnsBySetting() {
    let resolution = Resolution(
      interpreters: [interpreter(PythonVersion(3, 13, 0)), interpreter(PythonVersion(3, 14, 0))],
      missing: [])
    let configurations = CellConfiguration.Entry.allCases.map { CellConfiguration(entry: $0) }
    func labels(where isWanted: (CellConfiguration, Interpreter) -> Bool) -> [String] {
      Plan(resolution, scenarios: [], matching: [], configurations: configurations, where: isWanted)
        .columns.map(\.label)
    }
    #expect(
      labels { $0.obstacle(on: $1) == nil } == ["3.13", "3.13 inject", "3.14", "3.14 safe"])
    #expect(
      labels { _, _ in true } == [
        "3.13", "3.13 inject", "3.13 safe", "3.14", "3.14 inject", "3.14 safe",
      ])
  }

  @Test("cells go row by row")
  func rowByRow() throws {
    let resolution = Resolution(
      interpreters: [
        interpreter(PythonVersion(3, 9, 2)), interpreter(PythonVersion(3, 9, 18), shared: true),
      ], missing: [])
    let plan = Plan(
      resolution, scenarios: [try scenario("a/one"), try scenario("b/two")], matching: [])
    #expect(
      plan.cells.map(\.id.description) == [
        "a/one on 3.9 static", "a/one on 3.9 shared", "b/two on 3.9 static",
        "b/two on 3.9 shared",
      ])
  }

  @Test("a pattern that matches nothing has suggestions, the nearest first")
  func suggestions() {
    let names = ["stepping/over_yield", "stepping/over_await", "children/list_items"]
    #expect(Glob("over_yeild").suggestions(among: names).first == "stepping/over_yield")
    #expect(Glob("stepping/over_yields").suggestions(among: names).first == "stepping/over_yield")
    #expect(Glob("list_item").suggestions(among: names) == ["children/list_items"])
    #expect(Glob("nothing_like_it_at_all").suggestions(among: names).isEmpty)
    #expect(Glob("*").suggestions(among: names).isEmpty)
  }

  @Test(
    "globs choose by whole name, or by its last part",
    arguments: [
      ("stepping/*", "stepping/over_yield", true), ("stepping/*", "children/over_yield", false),
      ("over_*", "stepping/over_yield", true), ("*yield", "stepping/over_yield", true),
      ("yield", "stepping/over_yield", false), ("over?yield", "stepping/over_yield", true),
      ("*", "anything/at_all", true), ("no-such*", "stepping/over_yield", false),
    ])
  func globs(_ pattern: String, _ name: String, _ expected: Bool) {
    #expect(Glob(pattern).matches(name) == expected)
  }
}
