import Interpreters
import ObjectFile
import Subprocess
import Synchronization
import SystemPackage
import TargetProcess

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The application that embeds CPython, which travels inside this program.
final class EmbeddingHost: Sendable {
  private let path: FilePath
  private let commands = Mutex<[Interpreter: [String]]>([:])

  /// - Parameter folder: where the application is put.
  init(writingTo folder: Directory) throws(Directory.Failure) {
    let program = Data(base64Encoded: EmbeddedFiles.host) ?? Data()
    path = try folder.write(program, to: "host", permissions: [.ownerReadWriteExecute])
  }

  /// What starts it with this interpreter's library; the arguments that `python` would get follow.
  ///
  /// A library that was built for a newer C library than this machine's needs that one's loader, so
  /// that is what is tried second. Where neither works, the first one is the answer, and will say
  /// why.
  func command(for interpreter: Interpreter) async -> [String] {
    if let known = commands.withLock({ $0[interpreter] }) { return known }
    var candidates = [[path.string]]
    if let loader = Self.loader(of: interpreter.realPath) {
      let libraries = FilePath(loader).removingLastComponent().string
      candidates.append([loader, "--library-path", libraries, path.string])
    }
    var found = candidates[0]
    for candidate in candidates where await starts(candidate, interpreter) {
      found = candidate
      break
    }
    commands.withLock { $0[interpreter] = found }
    return found
  }

  /// What it has to have in its environment.
  func environment(for interpreter: Interpreter) -> [String: String] {
    [
      "MATRIX_LIBPYTHON": interpreter.embeddableLibrary?.string ?? "",
      "PYTHONHOME": interpreter.prefix.string,
    ]
  }

  private func starts(_ command: [String], _ interpreter: Interpreter) async -> Bool {
    let variables = environment(for: interpreter).map { (Environment.Key(stringLiteral: $0), $1) }
    // What a debugger in it needs most: threads, sockets, and what calls C.
    let arguments = command.dropFirst() + ["-S", "-c", "import _thread, _socket, _ctypes"]
    let result = try? await Subprocess.run(
      .path(FilePath(command[0])), arguments: Arguments(Array(arguments)),
      environment: .custom(Dictionary(uniqueKeysWithValues: variables)), output: .discarded,
      error: .discarded)
    return result?.terminationStatus.isSuccess ?? false
  }

  private static func loader(of program: FilePath) -> String? {
    guard let source = try? OpenFile(program) else { return nil }
    return try? ELFFile(source).loader()
  }
}
