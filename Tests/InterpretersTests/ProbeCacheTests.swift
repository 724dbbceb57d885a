import CPython
import Foundation
import Interpreters
import SystemPackage
import Testing

@Suite("Remembering answers")
struct ProbeCacheTests {
  let python = "usr/bin/python3.12"
  let cache = "home/.cache/matrix/probes.json"

  @Test("an interpreter is asked once")
  func once() async throws {
    let world = try World()
    try world.interpreter(python, FakeAnswer())
    let first = await world.find()
    let second = await world.find()
    #expect(first.interpreters.count == 1)
    #expect(second == first)
    #expect(world.calls == [python])
  }

  @Test("an interpreter that was replaced is asked again")
  func replaced() async throws {
    let world = try World()
    try world.interpreter(python, FakeAnswer())
    _ = await world.find()
    try world.interpreter(python, FakeAnswer(version: (3, 12, 13)))
    #expect(await world.find().interpreters.map(\.version.micro) == [13])
  }

  @Test("an interpreter whose library was replaced is asked again")
  func library() async throws {
    let world = try World()
    let library = try world.write("lib/libpython3.12.so.1.0", "old")
    try world.interpreter(python, FakeAnswer(library: library.string))
    _ = await world.find()
    _ = await world.find()
    #expect(world.calls.count == 1)
    try world.write("lib/libpython3.12.so.1.0", "newer")
    _ = await world.find()
    #expect(world.calls.count == 2)
  }

  @Test("another way to libraries is another answer")
  func loader() async throws {
    let world = try World()
    try world.interpreter(python, FakeAnswer())
    _ = await world.find()
    world.variables = ["LD_LIBRARY_PATH": "/elsewhere"]
    _ = await world.find()
    #expect(world.calls.count == 2)
  }

  @Test("a failure is not remembered")
  func failure() async throws {
    let world = try World()
    try world.script(python, "exit 1")
    _ = await world.find()
    _ = await world.find()
    #expect(world.calls.count == 2)
  }

  @Test(
    "a file that is broken, or of another probe, is no cache and is replaced",
    arguments: [
      "", "{", "[]", #"{"version":1}"#, #"{"version":99,"probe":"x","entries":{}}"#,
      #"{"version":1,"probe":"older","entries":{}}"#, "\u{0}\u{1}",
    ])
  func broken(text: String) async throws {
    let world = try World()
    try world.interpreter(python, FakeAnswer())
    try world.write(cache, text)
    #expect(await world.find().interpreters.count == 1)
    #expect(await world.find().interpreters.count == 1)
    #expect(world.calls == [python])
  }

  @Test("an interpreter that is gone is forgotten when something new is remembered")
  func forgotten() async throws {
    let world = try World()
    try world.interpreter(python, FakeAnswer())
    _ = await world.find()
    try FileManager.default.removeItem(atPath: world.path(python).string)
    try world.interpreter("usr/bin/python3.11", FakeAnswer(version: (3, 11, 0)))
    #expect(await world.find().interpreters.map(\.name) == ["3.11"])
    let text = try String(contentsOfFile: world.path(cache).string, encoding: .utf8)
    #expect(text.contains("python3.11"))
    #expect(!text.contains("python3.12"))
  }

  @Test("a folder that cannot be written does no harm")
  func notWritable() async throws {
    let world = try World()
    try world.interpreter(python, FakeAnswer())
    try world.write("home/.cache", "a file where a folder belongs")
    #expect(await world.find().interpreters.count == 1)
  }
}
