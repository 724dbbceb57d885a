import Interpreters
import SystemPackage
import Testing

@Suite("Paths that are asked for")
struct ExplicitPathTests {
  /// The real paths that a request leads to, below the world's root.
  func resolve(_ path: FilePath, in world: World) async -> [String] {
    let discovery = await world.find([path])
    return discovery.resolve([.path(path)]).interpreters
      .map { String($0.realPath.string.dropFirst(world.root.string.count + 1)) }
  }

  @Test(
    "an executable, its link and its installation are understood, absolute, relative or at home",
    arguments: [
      "../builds/python", "../builds", "/builds/python", "/builds/link", "/tree", "/tree/bin",
      "~/own/python",
    ])
  func forms(text: String) async throws {
    let world = try World()
    try world.interpreter("builds/python", FakeAnswer())
    try world.link("builds/link", to: "builds/python")
    try world.interpreter("tree/bin/python3.12", FakeAnswer())
    try world.interpreter("home/own/python", FakeAnswer())
    let path = text.hasPrefix("/") ? world.path(String(text.dropFirst())) : FilePath(text)
    let expected =
      text.hasPrefix("~")
      ? "home/own/python" : text.contains("tree") ? "tree/bin/python3.12" : "builds/python"
    // A folder has to have an executable of one of the usual names.
    #expect(await resolve(path, in: world) == [expected])
  }

  @Test("a folder means each interpreter in it")
  func folder() async throws {
    let world = try World()
    try world.interpreter("tree/usr/bin/python3.12", FakeAnswer())
    try world.interpreter("tree/usr/bin/python3.11", FakeAnswer(version: (3, 11, 0)))
    #expect(
      await resolve(world.path("tree"), in: world)
        == ["tree/usr/bin/python3.11", "tree/usr/bin/python3.12"])
  }

  @Test("a path comes first, and is found under both names")
  func first() async throws {
    let world = try World()
    try world.interpreter("usr/bin/python3.12", FakeAnswer())
    try world.link("mine", to: "usr/bin/python3.12")
    let found = await world.find([world.path("mine")]).interpreters
    #expect(found.map(\.source) == [.explicit])
    #expect(found.first?.path == world.path("mine"))
    #expect(found.first?.realPath == world.path("usr/bin/python3.12"))
  }

  @Test("what cannot be used is missing, with the reason")
  func missing() async throws {
    let world = try World()
    try world.write("text", "text")
    try world.write("folder/text", "text")
    try world.script("broken/python3.12", "exit 3")
    let expected = [
      ("nowhere", "there is no such file"), ("text", "it is not an executable file"),
      ("folder", "there is no Python 3 executable in this folder"),
      ("broken", "it ended with exit code 3"),
    ]
    for (path, reason) in expected {
      let path = world.path(path)
      let missing = await world.find([path]).resolve([.path(path)]).missing
      #expect(missing.map(\.reason) == [reason])
    }
  }

  @Test("a virtual environment means the interpreter that it was made from")
  func virtualEnvironment() async throws {
    let world = try World()
    let base = try world.interpreter("base/bin/python3.12", FakeAnswer())
    try world.write("linked/pyvenv.cfg", "home = \(world.path("base/bin"))\n")
    try world.link("linked/bin/python", to: "base/bin/python3.12")
    try world.link("linked/bin/python3.12", to: "linked/bin/python")
    // Copies, as `--copies` makes them.
    try world.write("noted/pyvenv.cfg", "home = /gone\nexecutable = \(base)\n")
    try world.interpreter("noted/bin/python3.12", FakeAnswer())
    try world.write("copied/pyvenv.cfg", "home = \(world.path("base/bin"))\n")
    try world.interpreter("copied/bin/python3.12", FakeAnswer())
    for path in ["linked", "linked/bin/python", "noted", "copied", "copied/bin/python3.12"] {
      #expect(await resolve(world.path(path), in: world) == ["base/bin/python3.12"])
    }
    #expect(world.calls == ["base/bin/python3.12"])
  }

  @Test("a virtual environment without its interpreter is turned away")
  func orphan() async throws {
    let world = try World()
    try world.write("orphan/pyvenv.cfg", "home = /gone\n")
    try world.interpreter("orphan/bin/python3.12", FakeAnswer())
    let rejected = await world.find([world.path("orphan")]).rejected
    #expect(rejected.map(\.reason) == ["the interpreter of this virtual environment is gone"])
    #expect(world.calls == [])
  }
}
