import CPython
import Glibc
import SystemPackage

/// Holds a Python program before its first line, so that a debugger can attach to it as to any running
/// program.
///
/// While CPython starts it reads `.pth` files in the user's site-packages and executes their lines
/// that begin with `import`. Ours says that it is there and reads from a pipe until it is let go.
/// CPython then runs the program as always, with no frame of ours below it.
final class StartGate: Sendable {
  /// What the program must have in its environment. Its own children do not get it.
  let environment: [String: String]
  private let arrivals: OutputLog
  /// The FIFO that the program reads from, opened for reading and writing, so that opening it does not
  /// block until the program opens its end.
  private let gate: FileDescriptor

  /// - Parameter folder: private, and the caller's to remove.
  init(in folder: Directory, version: PythonVersion, isFreeThreaded: Bool) throws(Directory.Failure)
  {
    let suffix = isFreeThreaded ? "t" : ""
    try folder.write(
      Self.line + "\n",
      to: "user/lib/python\(version.series)\(suffix)/site-packages/matrix_hold.pth")
    environment = [
      "PYTHONUSERBASE": folder.path.appending("user").string, Self.variable: folder.path.string,
    ]
    let arrived = try Self.makePipe(folder.path.appending("arrived"))
    do throws(Directory.Failure) {
      gate = try Self.makePipe(folder.path.appending("gate"))
    } catch {
      try? arrived.close()
      throw error
    }
    do throws(Errno) {
      arrivals = try OutputLog(draining: arrived)
    } catch {
      try? gate.close()
      throw Directory.Failure(operation: "wait on", path: folder.path, errno: error)
    }
  }

  private static let variable = "MATRIX_HOLD"

  /// Whatever the program starts itself, with its environment, is not held.
  private static let line =
    "import os; hold = os.environ.pop('\(variable)', ''); os.environ.pop('PYTHONUSERBASE', ''); "
    + "arrived = os.open(hold + '/arrived', os.O_WRONLY) if hold else -1; "
    + "hold and (os.write(arrived, b'.'), os.close(arrived)); "
    + "gate = os.open(hold + '/gate', os.O_RDONLY) if hold else -1; "
    + "hold and (os.read(gate, 1), os.close(gate))"

  /// Waits until the program stands at the hold; false when ``abandon()`` was called before.
  func isReached() async -> Bool { await arrivals.wait(for: ".") }

  /// Lets the program go on.
  func release() { _ = try? gate.writeAll([0]) }

  /// Ends every wait for the program to arrive, from any thread.
  func abandon() { arrivals.close() }

  /// The last call. A program that is still held goes on.
  func close() {
    arrivals.close()
    try? gate.close()
  }

  private static func makePipe(_ path: FilePath) throws(Directory.Failure) -> FileDescriptor {
    guard path.withPlatformString({ mkfifo($0, 0o600) }) == 0 else {
      throw Directory.Failure(operation: "make", path: path, errno: Errno(rawValue: errno))
    }
    do {
      return try FileDescriptor.open(path, .readWrite, options: [.closeOnExec])
    } catch {
      throw Directory.Failure(operation: "open", path: path, errno: error as? Errno ?? .ioError)
    }
  }
}
