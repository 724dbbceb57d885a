import CPython
import TargetProcess

extension Inspection {
  /// Looks at a live process, which is neither stopped nor changed.
  ///
  /// - Throws: ``InspectionError`` when it cannot be looked at or runs no CPython.
  public static func process(_ pid: Int32) throws(InspectionError) -> [Inspection] {
    #if os(Linux)
      let runtimes = try LiveRuntime.all(in: LiveProcess(pid: pid))
      return runtimes.map { runtime in
        var notes: [String] = []
        if runtimes.count > 1 {
          notes.append("the process has loaded \(runtimes.count) CPythons; this is one of them")
        }
        if runtime.mapped.file.isDeleted {
          notes.append(
            "the file was removed or replaced; it was read through \(runtime.way.place(pid))")
        }
        let live = LiveState(runtime, notes: &notes)
        return Inspection(
          subject: .process(pid), file: runtime.mapped.file.path, runtime: runtime.image,
          live: live, notes: notes)
      }
    #else
      throw .unsupportedSystem
    #endif
  }

  /// Looks at a file or a process.
  ///
  /// - Throws: ``InspectionError`` when it cannot be looked at or has no CPython.
  public static func all(of subject: InspectionSubject) throws(InspectionError) -> [Inspection] {
    switch subject {
    case .process(let pid): try process(pid)
    case .file(let path): try file(path)
    }
  }
}

#if os(Linux)
  extension MappedImage.Way {
    fileprivate func place(_ pid: Int32) -> String {
      switch self {
      case .path: "/proc/\(pid)/root"
      case .executable: "/proc/\(pid)/exe"
      case .mapFiles: "/proc/\(pid)/map_files"
      case .memory: "the memory of the process"
      }
    }
  }
#endif
