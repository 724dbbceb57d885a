import CPython
import CustomDump
import Testing

@testable import Harness

@Suite("Reading scenarios")
struct ScenarioParserTests {
  private func parse(
    _ text: String, companions: [Scenario.File] = []
  ) throws -> Scenario {
    try Scenario.parse(
      name: "group/name", display: "group/name.py", text: text, companions: companions)
  }

  /// The mistakes of a file as `line:column: message`.
  private func mistakes(_ text: String, companions: [Scenario.File] = []) -> [String] {
    do {
      _ = try parse(text, companions: companions)
      return []
    } catch {
      let mistakes = (error as? ScenarioDiagnostics)?.mistakes ?? []
      return mistakes.map { "\($0.location.line):\($0.location.column): \($0.message)" }
    }
  }

  /// The action of one statement, in a script that is right otherwise.
  private func action(_ statement: String) throws -> Action {
    let scenario = try parse(
      """
      \"""Title.\"""
      x = 1  # @here
      y = 2  # @there
      #> break @here
      #> run -> breakpoint @here
      #> \(statement)
      #> continue -> exit 0
      """)
    return scenario.script[2].action
  }

  @Test("the header gives versions, deadline, differences and links")
  func header() throws {
    let scenario = try parse(
      """
      \"""Something is seen.\"""
      # python: >=3.8,<3.12
      # timeout: 2.5
      # differs: <3.10 lines moved, https://peps.python.org/pep-0626/
      # see: https://example.org/1

      #> run -> exit 0
      """)
    #expect(scenario.title == "Something is seen.")
    #expect(scenario.python == (try VersionRange(parsing: ">=3.8,<3.12")))
    #expect(scenario.timeout == .seconds(2.5))
    #expect(scenario.links == ["https://example.org/1"])
    #expect(
      scenario.differences == [
        .init(
          range: try VersionRange(parsing: "<3.10"),
          reason: "lines moved, https://peps.python.org/pep-0626/")
      ])
  }

  @Test("labels name lines of the program and of its companions")
  func labels() throws {
    let scenario = try parse(
      "\"\"\"T.\"\"\"\nimport late  # @import @first\n#> run -> exit 0\n",
      companions: [Scenario.File(path: "late.py", text: "\nx = '# no'  # @late\n")])
    expectNoDifference(
      scenario.labels,
      [
        "import": .init(file: "name.py", line: 2), "first": .init(file: "name.py", line: 2),
        "late": .init(file: "late.py", line: 2),
      ])
  }

  @Test("steps and places")
  func steps() throws {
    #expect(
      try action("step over -> step @here|after @there in <lambda>")
        == .go(
          .stepOver,
          expecting: .step(
            Place(lines: [.at(label: "here"), .after(label: "there")], function: "<lambda>"))))
    #expect(
      try action("step out -> breakpoint @here")
        == .go(
          .stepOut, expecting: .breakpoint(Place(lines: [.at(label: "here")], function: nil))))
  }

  @Test("breakpoints with condition, pass count and binding")
  func breakpoints() throws {
    #expect(
      try action("break @here when x > 2 changes from hit 3 -> pending")
        == .setBreakpoint(
          BreakpointSpec(label: "here", condition: .whenChanged("x > 2"), passCount: .from(3)),
          expecting: .pending))
    #expect(
      try action("break @here on hit 2")
        == .setBreakpoint(BreakpointSpec(label: "here", passCount: .on(2)), expecting: nil))
    #expect(try action("hits @here -> 4") == .hits(label: "here", count: 4))
  }

  @Test("looking at values")
  func looking() throws {
    #expect(
      try action("evaluate f(1) -> 'a -> b'")
        == .evaluate("f(1)", expecting: .repr("'a -> b'")))
    #expect(
      try action("evaluate 1/0 -> raises division")
        == .evaluate("1/0", expecting: .raises("division")))
    #expect(
      try action("stack -> f @here, <module> @there, ...")
        == .stack(
          [
            FramePattern(function: "f", line: .at(label: "here")),
            FramePattern(function: "<module>", line: .at(label: "there")),
          ], andMore: true))
    #expect(try action("output \"a\\n\\\"\"") == .output("a\n\""))
  }

  @Test("details of children")
  func details() throws {
    let listing = try #require(
      try action(
        """
        children x -> 5 children
        #>     [0]: int = 1 (not expandable)
        #>     ['a: [b] = c'] ~ \\d+ (expandable)
        #>     Results View = Expanding the Results View
        #>     ...
        #>     !gone
        """
      ).listing)
    #expect(listing.count == 5)
    expectNoDifference(
      listing.details.map(\.entry),
      [
        .item(.init(name: "[0]", type: "int", value: .exact("1"), isExpandable: false)),
        .item(.init(name: "['a: [b] = c']", value: .pattern("\\d+"), isExpandable: true)),
        .item(.init(name: "Results View", value: .exact("Expanding the Results View"))),
        .anyNumber,
        .absent("gone"),
      ])
  }

  @Test("a file may end its lines with CR and LF, and start with a byte order mark")
  func otherLineEndings() throws {
    let lines = [
      "\"\"\"Title.\"\"\"", "# python: >=3.8", "x = 1  # @here",
      "#> break @here", "#> run -> breakpoint @here", "#> continue -> exit 0", "",
    ]
    let plain = try parse(lines.joined(separator: "\n"))
    let windows = try parse("\u{FEFF}" + lines.joined(separator: "\r\n"))
    #expect(windows.title == "Title.")
    #expect(windows.labels == plain.labels)
    expectNoDifference(windows.script, plain.script)
  }

  @Test("the first stop may differ by version")
  func firstStopByVersion() throws {
    let scenario = try parse(
      """
      \"""T.\"""
      # differs: <3.12 comprehensions are functions, https://peps.python.org/pep-0709/
      # differs: >=3.12 comprehensions are inlined, https://peps.python.org/pep-0709/
      x = [y for y in "ab"]  # @x
      #> break @x
      #> {<3.12} run -> breakpoint @x in <listcomp>
      #> {>=3.12} run -> breakpoint @x in <module>
      #> evaluate 1 -> 1
      #> {<3.12} continue -> exit 0
      #> {>=3.12} continue -> exit 0
      """)
    #expect(scenario.script.count == 6)
  }

  // MARK: Mistakes

  @Test("a script that is right on some versions only says on which it is not")
  func wrongOnSomeVersions() {
    let text = """
      \"""T.\"""
      # differs: >=3.12 it stops, https://example.org
      x = 1  # @x
      #> break @x
      #> {>=3.12} run -> breakpoint @x
      #> continue -> exit 0
      """
    #expect(
      mistakes(text) == ["6:4: the first statement that goes on is 'run', on Python 3.5"])
  }

  @Test("a script in the middle of a file is refused where the program goes on")
  func scriptInTheMiddle() {
    #expect(
      mistakes("\"\"\"T.\"\"\"\n#> run -> exit 0\n\n# why\n  x = 1\ny = 2\n") == [
        "5:3: the script must stand at the end of the file; move this line above it"
      ])
  }

  @Test("every mistake is named with its line and column, all at once")
  func allMistakes() {
    expectNoDifference(
      mistakes(
        """
        \"""T.\"""
        # colour: red
        x = 1  # @Here
        #> break @nowhere
        #> run -> exit now
        #> hop
        """),
      [
        "2:3: 'colour' is not known here; known are python, timeout, differs and see",
        "3:11: a label's name is lower-case letters, digits and '-'",
        "4:4: no line has the label @nowhere",
        "5:16: expected a whole number",
        "6:4: 'hop' is not a statement; it starts with run, continue, step, pause, detach, wait, "
          + "break, clear, hits, stack, evaluate, variables, children, expand, output or input",
      ])
  }

  @Test("a file starts with its title")
  func missingTitle() {
    #expect(
      mistakes("x = 1\n#> run -> exit 0\n") == [
        "1:1: the file must start with its title: one line in three double quotes"
      ])
  }

  @Test("a script says how the program ends")
  func missingEnd() {
    #expect(
      mistakes("\"\"\"T.\"\"\"\nx = 1  # @x\n#> break @x\n#> run -> breakpoint @x\n") == [
        "4:4: the script must end with '-> exit CODE' or '-> killed SIGNAL'"
      ])
  }

  @Test("a label stands once, in all files")
  func duplicateLabel() {
    let companion = Scenario.File(path: "b.py", text: "y = 1  # @one\n")
    #expect(
      mistakes("\"\"\"T.\"\"\"\nx = 1  # @one\n#> run -> exit 0\n", companions: [companion])
        == ["1:10: @one stands at name.py:2 already"])
  }

  @Test("a version range needs its reason and a link in the header")
  func unexplainedRange() {
    let text = """
      \"""T.\"""
      # differs: <3.12 because
      #> {>=3.12} run -> exit 0
      """
    #expect(
      mistakes(text) == [
        "2:12: expected a version range, the reason and a link (https://…)",
        "3:13: the header needs a '# differs: >=3.12 …' with the reason and a link",
      ])
  }

  @Test(
    "what cannot be meant is refused",
    arguments: [
      ("#> step over -> exit 0", "2:4: the first statement that goes on is 'run'"),
      (
        "#> run -> running\n#> evaluate x -> 1\n#> wait -> exit 0",
        "3:4: the program runs here; this needs a stop"
      ),
      ("#> run -> exit 0\n#> evaluate x -> 1", "3:4: the program has ended before this"),
      (
        "#>     [0]\n#> run -> exit 0",
        "2:8: details can only follow 'variables', 'children' or 'expand'"
      ),
      (
        "#> children x\n#> run -> exit 0",
        "2:4: expected details, or a number of children behind '->'"
      ),
      ("#> variables\n#>     a ~ (\n#> run -> exit 0", "3:12: '(' is not a regular expression"),
      ("#> output \"a\n#> run -> exit 0", "2:13: the text has no closing double quote"),
      (
        "#> run -> killed SIGNONE",
        "2:11: 'SIGNONE' is not the name of a signal that ends programs"
      ),
    ])
  func refused(_ script: String, _ expected: String) {
    #expect(mistakes("\"\"\"T.\"\"\"\n\(script)\n").contains(expected), "\(mistakes(script))")
  }
}
