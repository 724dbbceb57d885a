import FoundationEssentials
import Interpreters
import ObjectFile
import Subprocess
import Synchronization
import SystemPackage
import TargetProcess

/// The application that embeds CPython, which travels inside this program.
final class EmbeddingHost: Sendable {
  private let path: FilePath
  private let commands = Mutex<[Interpreter: [String]]>([:])

  /// - Parameter folder: where the application is put.
  init(writingTo folder: Directory) throws(Directory.Failure) {
    let program = Data(base64Encoded: EmbeddedFiles.host) ?? Data()
    path = try folder.write(program, to: "host", permissions: [.ownerReadWriteExecute])
  }

  /// The command that starts it with this interpreter's library; the arguments that `python` would
  /// get follow.
  ///
  /// A library that was built for a newer C library than this machine's needs that one's loader, so
  /// that is what is tried second. Where neither works, the first one is the answer, and will say
  /// why.
  ///
  /// - Returns: nil when the deadline passes before it is known, or the task is cancelled.
  func command(
    for interpreter: Interpreter, before deadline: ContinuousClock.Instant
  ) async -> [String]? {
    if let known = commands.withLock({ $0[interpreter] }) { return known }
    var candidates = [[path.string]]
    if let loader = Self.loader(of: interpreter.realPath) {
      let libraries = FilePath(loader).removingLastComponent().string
      candidates.append([loader, "--library-path", libraries, path.string])
    }
    var found = candidates[0]
    for candidate in candidates {
      guard let starts = await starts(candidate, interpreter, before: deadline) else { return nil }
      if starts {
        found = candidate
        break
      }
    }
    commands.withLock { $0[interpreter] = found }
    return found
  }

  /// The variables that it has to have in its environment.
  func environment(for interpreter: Interpreter) -> [String: String] {
    [
      "MATRIX_LIBPYTHON": interpreter.embeddableLibrary?.string ?? "",
      "PYTHONHOME": interpreter.prefix.string,
    ]
  }

  /// - Returns: nil when that is not known by the deadline; the process is killed then.
  private func starts(
    _ command: [String], _ interpreter: Interpreter, before deadline: ContinuousClock.Instant
  ) async -> Bool? {
    let variables = environment(for: interpreter).map { (Environment.Key(stringLiteral: $0), $1) }
    // What a debugger in it needs most: threads, sockets, and what calls C.
    let arguments = command.dropFirst() + ["-S", "-c", "import _thread, _socket, _ctypes"]
    return await withTaskGroup(of: Bool?.self) { group in
      group.addTask {
        let result = try? await Subprocess.run(
          .path(FilePath(command[0])), arguments: Arguments(Array(arguments)),
          environment: .custom(Dictionary(uniqueKeysWithValues: variables)), output: .discarded,
          error: .discarded)
        return Task.isCancelled ? nil : result?.terminationStatus.isSuccess ?? false
      }
      group.addTask {
        try? await Task.sleep(until: deadline)
        return nil
      }
      // Cancelling ends the process: the library's teardown closes with SIGKILL.
      defer { group.cancelAll() }
      return await group.next() ?? nil
    }
  }

  private static func loader(of program: FilePath) -> String? {
    guard let source = try? OpenFile(program) else { return nil }
    return try? ELFFile(source).loader()
  }
}
