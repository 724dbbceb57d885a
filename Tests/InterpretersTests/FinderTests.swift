import CPython
import CustomDump
import Interpreters
import SystemPackage
import Testing

@Suite("Finding interpreters")
struct FinderTests {
  @Test("each place is looked into, and each find keeps the name of its place")
  func places() async throws {
    let world = try World()
    world.variables = ["PATH": world.path("tools").string]
    let places: [(String, Interpreter.Source)] = [
      ("home/.pyenv/versions/3.12.1/bin/python3.12", .pyenv),
      ("home/.local/share/uv/python/cpython-3.12/bin/python3.12", .uv),
      ("home/.asdf/installs/python/3.12.1/bin/python3.12", .asdf),
      ("home/.local/share/mise/installs/python/3.12.1/bin/python3.12", .mise),
      ("home/miniconda3/bin/python3.12", .conda),
      ("home/miniconda3/envs/some/bin/python3.12", .conda),
      ("elsewhere/env/bin/python3.12", .conda),
      ("home/.cache/matrix/pythons/one/bin/python3.12", .cache),
      ("home/.cache/matrix/pythons/two/usr/bin/python3.12", .cache),
      ("usr/bin/python3.12", .system),
      ("usr/local/bin/python3.12", .system),
      ("opt/python-3.12/bin/python3.12", .system),
      ("opt/python/cp312-cp312/bin/python3.12", .system),
      ("tools/python3", .path),
    ]
    try world.write("home/.conda/environments.txt", "\(world.path("elsewhere/env"))\n")
    for (path, _) in places { try world.interpreter(path, FakeAnswer()) }

    let found = await world.find().interpreters
    expectNoDifference(
      Dictionary(uniqueKeysWithValues: found.map { ($0.path, $0.source) }),
      Dictionary(uniqueKeysWithValues: places.map { (world.path($0.0), $0.1) }))
  }

  @Test("variables move the places")
  func variables() async throws {
    let world = try World()
    world.variables = [
      "PYENV_ROOT": world.path("a").string, "UV_PYTHON_INSTALL_DIR": world.path("b").string,
      "ASDF_DATA_DIR": world.path("c").string, "MISE_DATA_DIR": world.path("d").string,
      "MATRIX_CACHE": world.path("e").string,
    ]
    try world.interpreter("a/versions/x/bin/python3.12", FakeAnswer())
    try world.interpreter("b/x/bin/python3.12", FakeAnswer())
    try world.interpreter("c/installs/python/x/bin/python3.12", FakeAnswer())
    try world.interpreter("d/installs/python/x/bin/python3.12", FakeAnswer())
    try world.interpreter("e/pythons/x/bin/python3.12", FakeAnswer())
    try world.interpreter("home/.pyenv/versions/x/bin/python3.12", FakeAnswer())
    let sources = await world.find().interpreters.map(\.source)
    #expect(Set(sources) == [.pyenv, .uv, .asdf, .mise, .cache])
    #expect(sources.count == 5)
  }

  @Test("a build is found once, whatever its names")
  func once() async throws {
    let world = try World()
    world.variables = ["PATH": "\(world.path("usr/bin")):\(world.path("bin"))"]
    try world.interpreter("usr/bin/python3.7", FakeAnswer(version: (3, 7, 1), flags: "m"))
    try world.hardLink("usr/bin/python3.7m", to: "usr/bin/python3.7")
    try world.link("usr/bin/python3", to: "usr/bin/python3.7")
    try world.link("bin", to: "usr/bin")
    let found = await world.find().interpreters
    #expect(found.map(\.path) == [world.path("usr/bin/python3.7")])
    #expect(found.first?.aliases.contains(world.path("usr/bin/python3.7m")) == true)
    #expect(found.first?.aliases.contains(world.path("usr/bin/python3")) == true)
    #expect(world.calls == ["usr/bin/python3.7"])
  }

  @Test("what is no Python 3 executable by its name is never run")
  func notRun() async throws {
    let world = try World()
    for name in [
      "python3-config", "python3.11-config", "python3.11-gdb.py", "python2.7", "pypy3.10", "2to3",
    ] {
      try world.interpreter("usr/bin/\(name)", FakeAnswer())
    }
    try world.link("usr/bin/python", to: "usr/bin/python2.7")
    world.variables = ["PATH": world.path("usr/bin").string]
    let discovery = await world.find()
    #expect(discovery.interpreters == [])
    #expect(discovery.rejected.map(\.reason) == ["it is Python 2"])
    #expect(world.calls == [])
  }

  @Test("the record holds what the interpreter says")
  func record() async throws {
    let world = try World()
    let answer = FakeAnswer(
      version: (3, 15, 0), level: "candidate", serial: 2, flags: "td",
      library: "/lib/libpython3.15td.so.1.0", remoteDebug: true)
    let path = try world.interpreter("usr/bin/python3.15td", answer)
    let found = await world.find().interpreters
    expectNoDifference(
      found,
      [
        Interpreter(
          version: PythonVersion(3, 15, 0, releaseLevel: .candidate, serial: 2),
          abiFlags: [.freeThreaded, .debug],
          linkage: .shared(library: "/lib/libpython3.15td.so.1.0"), libc: .gnu,
          architecture: "x86_64", operatingSystem: "linux", path: path, realPath: path,
          prefix: "/prefix", source: .system, remoteDebugging: .supported, aliases: [path])
      ])
  }

  @Test("remote debugging is disabled only in a version that has it")
  func remoteDebugging() async throws {
    let world = try World()
    try world.interpreter("usr/bin/python3.13", FakeAnswer(version: (3, 13, 0)))
    try world.interpreter("usr/bin/python3.14", FakeAnswer(version: (3, 14, 0)))
    let found = await world.find().interpreters
    #expect(found.map(\.remoteDebugging) == [.unsupported, .disabled])
  }

  @Test("a script that starts an interpreter stands for that interpreter")
  func wrapper() async throws {
    let world = try World()
    let real = world.path("opt/python3.12/bin/python3.12")
    try world.interpreter("opt/python3.12/bin/python3.12", FakeAnswer(executable: real.string))
    try world.interpreter("usr/bin/python3.12", FakeAnswer(executable: real.string))
    let found = await world.find().interpreters
    #expect(found.map(\.realPath) == [real])
    #expect(found.first?.aliases.count == 2)
  }
}
