import CPython
import CustomDump
import Interpreters
import SystemPackage
import Testing

@Suite("Resolution")
struct ResolutionTests {
  let machine: [Interpreter] = [
    .sample(14, flags: .debug), .sample(13, 2, shared: true), .sample(13, 2),
    .sample(13, flags: .freeThreaded), .sample(9, 18), .sample(7, 16, flags: .pymalloc),
    .sample(12, 1, aliases: ["./python"]), .sample(14, 1),
  ]

  func names(_ text: String) throws -> [String] {
    let resolution = resolve(try InterpreterRequest.parseList(text), in: machine)
    return resolution.interpreters.map { "\($0.version)\($0.abiFlags)\($0.isShared ? "+so" : "")" }
  }

  func missing(_ text: String) throws -> [String] {
    resolve(try InterpreterRequest.parseList(text), in: machine).missing.map(\.name)
  }

  @Test("a bare series means the release builds with a GIL, static and shared")
  func bare() throws {
    #expect(try names("3.13") == ["3.13.2", "3.13.2+so"])
    #expect(try names("3.14") == ["3.14.1"])
  }

  @Test("pymalloc is no other build")
  func pymalloc() throws {
    #expect(try names("3.7") == ["3.7.16m"])
    #expect(try names("3.7d") == [])
  }

  @Test("letters mean that build only")
  func letters() throws {
    #expect(try names("3.13t") == ["3.13.0t"])
    #expect(try names("3.14d") == ["3.14.0d"])
    #expect(try missing("3.14t") == ["3.14t"])
  }

  @Test("a full version means that release only")
  func exact() throws {
    #expect(try names("3.12.1") == ["3.12.1"])
    #expect(try missing("3.12.2") == ["3.12.2"])
    #expect(try missing("3.12.1rc1") == ["3.12.1rc1"])
  }

  @Test("a span misses each series that is not there")
  func span() throws {
    #expect(try names("3.9..3.12") == ["3.9.18", "3.12.1"])
    #expect(try missing("3.9..3.12") == ["3.10", "3.11"])
  }

  @Test("a range misses nothing as long as one fits")
  func range() throws {
    #expect(try names(">=3.9,<3.14") == ["3.9.18", "3.12.1", "3.13.2", "3.13.2+so"])
    #expect(try missing(">=3.9,<3.14") == [])
    #expect(try missing(">=3.10,<3.12") == [">=3.10,<3.12"])
  }

  @Test("all is everything, and misses nothing unless there is nothing")
  func all() throws {
    #expect(try names("all").count == machine.count)
    #expect(try missing("all") == [])
    #expect(resolve([.all], in: []).missing.map(\.name) == ["all"])
  }

  @Test("a path is found under the name by which it was found")
  func path() throws {
    #expect(try names("./python") == ["3.12.1"])
    #expect(try names("/opt/9.18-static/bin/python3.9") == ["3.9.18"])
    #expect(try missing("./other") == ["./other"])
  }

  @Test("what is asked for twice is there once, in the order of versions, flags and linkage")
  func order() throws {
    expectNoDifference(
      try names("3.14,all,3.12,3.9..3.13"),
      [
        "3.7.16m", "3.9.18", "3.12.1", "3.13.0t", "3.13.2", "3.13.2+so", "3.14.0d", "3.14.1",
      ])
    #expect(try missing("3.5,3.5..3.6,3.6") == ["3.5", "3.6"])
  }

  @Test("what is missing says who asked, what there is instead, and how to get it")
  func hints() throws {
    let requests = try InterpreterRequest.parseList("3.5..3.6,3.12.7,3.13d")
    expectNoDifference(
      resolve(requests, in: machine).missing.map { "\($0.request) -> \($0)" },
      [
        """
        3.5..3.6 -> 3.5: not found on this machine; \
        get it with pyenv install 3.5
        """,
        """
        3.5..3.6 -> 3.6: not found on this machine; \
        get it with pyenv install 3.6
        """,
        """
        3.12.7 -> 3.12.7: not found on this machine, only 3.12.1; get it with \
        uv python install 3.12.7, or pyenv install 3.12.7
        """,
        """
        3.13d -> 3.13d: not found on this machine, only 3.13.0t, 3.13.2; get it with \
        scripts/pythons 3.13d, or uv python install 3.13d, or pyenv install --debug 3.13
        """,
      ])
  }
}

@Suite("Labels")
struct LabelTests {
  @Test("a name that is alone is enough")
  func alone() {
    #expect(
      uniqueLabels([.sample(12), .sample(13, flags: .freeThreaded), .sample(13)])
        == ["3.12", "3.13t", "3.13"])
  }

  @Test("static and shared are told apart by that, and only where both are there")
  func linkage() {
    #expect(
      uniqueLabels([.sample(11), .sample(11, shared: true), .sample(12, shared: true)])
        == ["3.11 static", "3.11 shared", "3.12"])
  }

  @Test("then the version tells, then the source, then the path")
  func longer() {
    let labels = uniqueLabels([
      .sample(11, 2), .sample(11, 7, shared: true), .sample(11, 9, shared: true),
      .sample(12, 1), .sample(12, 1, source: .uv, folder: "/uv"),
      .sample(13), .sample(13, folder: "/other"),
    ])
    expectNoDifference(
      labels,
      [
        "3.11 static", "3.11.7 shared", "3.11.9 shared",
        "3.12.1 static pyenv", "3.12.1 static uv",
        "3.13.0 static /opt/13.0-static/bin/python3.13",
        "3.13.0 static /other/13.0-static/bin/python3.13",
      ])
  }
}
