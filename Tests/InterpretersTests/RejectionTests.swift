import Interpreters
import SystemPackage
import Testing

@Suite("Candidates that cannot be used")
struct RejectionTests {
  /// The reason for which a script in place of an interpreter is turned away.
  func reason(_ lines: String, deadline: Duration = .seconds(10)) async throws -> String {
    let world = try World()
    try world.interpreter("usr/bin/python3.11", FakeAnswer(version: (3, 11, 0)))
    // Its answer is remembered: a short deadline is for the other one only.
    if deadline < .seconds(10) { _ = await world.find() }
    try world.script("usr/bin/python3.12", lines)
    let discovery = await world.find(deadline: deadline)
    #expect(discovery.interpreters.map(\.name) == ["3.11"], "the others are found all the same")
    #expect(discovery.rejected.map(\.path) == [world.path("usr/bin/python3.12")])
    return discovery.rejected.first?.reason ?? ""
  }

  @Test("one that hangs is given up at its deadline, with what it started")
  func hanging() async throws {
    let reason = try await reason("sleep 1000 & wait", deadline: .milliseconds(300))
    #expect(reason == "it did not answer within 0.3 seconds")
  }

  @Test("one that fails is quoted")
  func failing() async throws {
    #expect(
      try await reason("echo first >&2; echo 'no such library' >&2; exit 127")
        == "it ended with exit code 127: no such library")
  }

  @Test("one that is killed is named so")
  func killed() async throws {
    #expect(try await reason("kill -9 $$").hasPrefix("it was ended by signal"))
  }

  @Test("one that prints something else, or too much, is not understood")
  func garbage() async throws {
    #expect(try await reason("echo Python 3.12") == "it does not answer as a Python 3 does")
    #expect(try await reason("echo 'matrix-probe:{'") == "its answer is not understood")
    #expect(try await reason("exec yes").hasPrefix("it "))
  }

  @Test("one that is not an executable program is named so")
  func notExecutable() async throws {
    let world = try World()
    try world.write("usr/bin/python3.12", "text")
    try world.link("usr/bin/python3.11", to: "nowhere")
    #expect(
      await world.find().rejected.map(\.reason) == [
        "it is a symbolic link to nothing", "it is not an executable file",
      ])
  }

  @Test("another implementation is no CPython")
  func implementation() async throws {
    let answer = FakeAnswer(implementation: "pypy").json
    #expect(
      try await reason("echo 'matrix-probe:\(answer)'") == "it is not CPython but pypy")
  }

  @Test("a version that is not known is not used", arguments: [(3, 4, 3), (3, 16, 0)])
  func version(major: Int, minor: Int, micro: Int) async throws {
    let answer = FakeAnswer(version: (major, minor, micro)).json
    #expect(
      try await reason("echo 'matrix-probe:\(answer)'")
        == "it is \(major).\(minor).\(micro); the known versions are 3.5 to 3.15")
  }

  @Test("what is printed around the answer does no harm")
  func noise() async throws {
    let world = try World()
    try world.script(
      "usr/bin/python3.12",
      "printf 'hello'; printf '\\nmatrix-probe:%s\\nbye\\n' '\(FakeAnswer().json)'")
    #expect(await world.find().interpreters.map(\.name) == ["3.12"])
  }

  @Test("an interpreter sees no variable that changes what Python does")
  func cleanEnvironment() async throws {
    let world = try World()
    world.variables = ["PYTHONHOME": "/nowhere", "PYTHONSTARTUP": "x", "KEPT": "yes"]
    let answer = FakeAnswer().json
    try world.script(
      "usr/bin/python3.12",
      """
      [ -z "$PYTHONHOME$PYTHONSTARTUP" ] && [ "$KEPT" = yes ] && [ "$1$2" = -I-S ] || exit 9
      printf '\\nmatrix-probe:%s\\n' '\(answer)'
      """)
    #expect(await world.find().rejected == [])
  }
}
