import CPython
import Foundation
import Interpreters
import SystemPackage
import Testing

@Suite("The interpreters of this machine")
struct RealInterpreterTests {
  /// This machine, without the answers that it remembers.
  func discovery() async throws -> Discovery {
    let world = try World()
    var environment = SearchEnvironment.current()
    let pythons = environment.cacheFolder.appending("pythons").string
    try FileManager.default.createSymbolicLink(
      atPath: world.path("pythons").string, withDestinationPath: pythons)
    environment.variables["MATRIX_CACHE"] = world.root.string
    let discovery = await InterpreterFinder(environment: environment).find()
    _ = world
    return discovery
  }

  @Test("each says what its files say")
  func consistent() async throws {
    let found = try await discovery().interpreters
    try #require(!found.isEmpty, "get some with scripts/pythons")
    for interpreter in found {
      if let name = ModuleName(interpreter.realPath.string) {
        #expect(name.series == interpreter.version.series)
        let letter = ABIFlags.freeThreaded
        #expect(name.abiFlags.contains(letter) == interpreter.abiFlags.contains(letter))
      }
      if case .shared(let library) = interpreter.linkage {
        let name = try #require(library.flatMap { ModuleName($0.string) })
        #expect(name.series == interpreter.version.series)
        #expect(name.abiFlags == interpreter.abiFlags)
        #expect(FileManager.default.fileExists(atPath: library?.string ?? ""))
      }
      #expect(
        (interpreter.remoteDebugging == .unsupported)
          == (interpreter.version.series < PythonSeries(3, 14)))
      #expect(FileManager.default.isExecutableFile(atPath: interpreter.realPath.string))
      #expect(interpreter.libc != .none)
    }
  }

  @Test("each is there once, and each has a label of its own")
  func distinct() async throws {
    let found = try await discovery().interpreters
    #expect(Set(found.map(\.realPath)).count == found.count)
    #expect(Set(uniqueLabels(found)).count == found.count)
  }

  @Test("each can be asked for by its name, its version and its path")
  func requests() async throws {
    let found = try await discovery()
    for interpreter in found.interpreters {
      for text in [
        interpreter.name, "\(interpreter.version)\(interpreter.abiFlags.subtracting(.pymalloc))",
        interpreter.path.string,
      ] {
        let resolution = found.resolve(try InterpreterRequest.parseList(text))
        #expect(resolution.interpreters.contains(interpreter), "\(text)")
        #expect(resolution.missing == [])
      }
    }
  }
}
