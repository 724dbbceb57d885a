import Interpreters
import SystemPackage
import Testing

@Suite("Shims")
struct ShimTests {
  /// A world with three versions of pyenv and a shim for them.
  func pyenv() throws -> World {
    let world = try World()
    for (name, micro) in [("3.12.1", 1), ("3.12.9", 9), ("3.12.10", 10)] {
      try world.interpreter(
        "home/.pyenv/versions/\(name)/bin/python3.12", FakeAnswer(version: (3, 12, micro)))
      try world.link(
        "home/.pyenv/versions/\(name)/bin/python", to: "home/.pyenv/versions/\(name)/bin/python3.12"
      )
    }
    try world.script("home/.pyenv/shims/python", "exit 9")
    return world
  }

  /// The version that the shim means.
  func version(_ world: World) async -> String? {
    let shim = world.path("home/.pyenv/shims/python")
    return await world.find([shim]).resolve([.path(shim)]).interpreters.first
      .map { "\($0.version)" }
  }

  @Test("a shim on PATH is left alone, for its versions are found by themselves")
  func onPath() async throws {
    let world = try pyenv()
    world.variables = ["PATH": world.path("home/.pyenv/shims").string]
    let discovery = await world.find()
    #expect(discovery.interpreters.map(\.source) == [.pyenv, .pyenv, .pyenv])
    #expect(discovery.rejected == [])
    #expect(!world.calls.contains("home/.pyenv/shims/python"))
  }

  @Test("the variable chooses before the local file, and that before the global one")
  func order() async throws {
    let world = try pyenv()
    #expect(await version(world) == nil)
    try world.write("home/.pyenv/version", "# comment\n3.12.1\n")
    #expect(await version(world) == "3.12.1")
    try world.write(".python-version", "3.12.9\n")
    #expect(await version(world) == "3.12.9")
    try world.write("work/.python-version", "3.12.10\n")
    #expect(await version(world) == "3.12.10")
    world.variables = ["PYENV_VERSION": "3.12.1:3.12.9"]
    #expect(await version(world) == "3.12.1")
  }

  @Test("a prefix means the newest of its versions")
  func prefix() async throws {
    let world = try pyenv()
    world.variables = ["PYENV_VERSION": "3.12"]
    #expect(await version(world) == "3.12.10")
  }

  @Test("a shim that means nothing here is turned away and not run")
  func nothing() async throws {
    let world = try pyenv()
    world.variables = ["PYENV_VERSION": "3.9"]
    let shim = world.path("home/.pyenv/shims/python")
    let missing = await world.find([shim]).resolve([.path(shim)]).missing
    #expect(missing.first?.reason.hasPrefix("it is a shim") == true)
    #expect(!world.calls.contains("home/.pyenv/shims/python"))
  }

  @Test("asdf and mise are understood as well", arguments: [".asdf", ".local/share/mise"])
  func toolVersions(manager: String) async throws {
    let world = try World()
    let installed = "home/\(manager)/installs/python/3.11.4/bin/python3"
    try world.interpreter(installed, FakeAnswer(version: (3, 11, 4)))
    try world.script("home/\(manager)/shims/python3", "exit 9")
    try world.write("work/.tool-versions", "nodejs 20.1\npython 3.11.4 system\n")
    let shim = world.path("home/\(manager)/shims/python3")
    let resolution = await world.find([shim]).resolve([.path(shim)])
    #expect(resolution.interpreters.map(\.realPath) == [world.path(installed)])
  }
}
