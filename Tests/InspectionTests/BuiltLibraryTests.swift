import CPython
import Foundation
import Inspection
import SystemPackage
import TestSupport
import Testing

/// Libraries for Windows that a real compiler and a real linker make, with real tables in them.
@Suite("A library built for Windows")
struct BuiltLibraryTests {
  /// The linker comes with Swift, as does the compiler.
  private static let hasLinker =
    (try? ChildProcess("/usr/bin/env", ["lld-link", "--version"]).wait()) == .exited(0)

  private static let source = """
    #define EXPORT __declspec(dllexport)
    __attribute__((section(".padding"))) EXPORT char padding[5000] = {1};
    #ifdef SECTION
    __attribute__((section("PyRuntim")))
    #endif
    EXPORT unsigned char _PyRuntime[] = {TABLE};
    EXPORT const unsigned long Py_Version = VERSION;
    """

  @Test(
    "tells the same by its section and by its export",
    .enabled(if: hasLinker, "needs lld-link"), arguments: [13, 14, 15], ["x86_64", "i686"])
  func windows(_ minor: Int, _ architecture: String) throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "built-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
    defer { try? FileManager.default.removeItem(at: folder) }
    let table = try #require(RealTables.all[minor])
    try Self.source
      .replacingOccurrences(of: "TABLE", with: table.map { "\($0)" }.joined(separator: ","))
      .replacingOccurrences(of: "VERSION", with: String(format: "0x03%02x00f0", minor))
      .write(to: folder.appending(path: "a.c"), atomically: false, encoding: .utf8)

    for options in [["-DSECTION"], []] {
      let library = folder.appending(path: "python3\(minor)\(options.count).dll").path
      let object = folder.appending(path: "a.obj").path
      try run(
        ["clang", "-target", "\(architecture)-pc-windows-msvc", "-c", "-o", object]
          + options + [folder.appending(path: "a.c").path])
      try run(["lld-link", "/dll", "/noentry", "/out:\(library)", object])

      let inspection = try #require(try Inspection.file(FilePath(library)).first)
      #expect(inspection.series?.minor == minor)
      #expect(inspection.runtime.location != nil)
      #expect(inspection.offsets == (try DebugOffsets(parsing: table)))
      #expect(inspection.version?.minor == minor)
    }
  }

  private func run(_ command: [String]) throws {
    let process = try ChildProcess("/usr/bin/env", command, captures: .both)
    let said = try process.rest()
    try #require(process.wait() == .exited(0), "\(command[0]): \(said)")
  }
}
