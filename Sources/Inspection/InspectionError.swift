public import ObjectFile
public import SystemPackage
public import TargetProcess

/// Why nothing can be told. Each says what happened, why, and what to do next.
public enum InspectionError: Error, Hashable, Sendable {
  case unreadableFile(FilePath, Errno)
  case noObjectFile(FilePath, ObjectFileError)
  /// - Parameter needs: a library that it loads and that cannot be found, or nil.
  case noRuntime(FilePath, needs: String?)
  case process(ProcessAccessError)
  /// It ended, and its parent has not asked for its status yet.
  case zombie(Int32)
  case kernelThread(Int32)
  /// None of the files that it has loaded is a CPython.
  ///
  /// - Parameter executable: its path, nil when the system does not tell it.
  case notPython(Int32, executable: String?)
  /// Processes are read on Linux only.
  case unsupportedSystem
}

extension InspectionError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .unreadableFile(let path, .isDirectory):
      "\(path) is a folder; name the executable or the library in it"
    case .unreadableFile(let path, .invalidArgument):
      "\(path) is no regular file; name an executable or a library"
    case .unreadableFile(let path, let error):
      "cannot read \(path): \(error); check the path and its permissions"
    case .noObjectFile(let path, .unrecognized):
      "\(path) is no executable or library (ELF, PE or Mach-O); "
        + "name the interpreter itself, not a script that starts it"
    case .noObjectFile(let path, let error): "cannot make sense of \(path): \(error)"
    case .noRuntime(let path, let library?):
      "\(path) has no CPython in it but loads \(library), which is not where it looks for it; "
        + "name that library"
    case .noRuntime(let path, nil):
      "\(path) has no CPython in it: neither its section, nor its symbols, nor its table; "
        + "name the executable or the library that has"
    case .process(let error): Self.sentence(error)
    case .zombie(let pid): "process \(pid) has ended; only its exit status is left"
    case .kernelThread(let pid): "process \(pid) is a part of the kernel; it runs no Python"
    case .notPython(let pid, let executable):
      "process \(pid)\(executable.map { " (\($0))" } ?? "") runs no CPython: "
        + "none of the files that it has loaded is one; name the process that runs the program"
    case .unsupportedSystem:
      "a live process can only be inspected on Linux; name the interpreter's file instead"
    }
  }

  private static func sentence(_ error: ProcessAccessError) -> String {
    switch error {
    case .notPermitted:
      "\(error); become its user or root, or get CAP_SYS_PTRACE, "
        + "and see /proc/sys/kernel/yama/ptrace_scope"
    case .gone: "\(error); it may have ended"
    case .badAddress, .failed: "\(error)"
    }
  }
}
