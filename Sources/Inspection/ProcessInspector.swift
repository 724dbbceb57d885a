import CPython
import ObjectFile
import PythonRuntime
import TargetProcess

extension Inspection {
  /// Looks at a live process, which is neither stopped nor changed.
  ///
  /// - Throws: ``InspectionError`` when it cannot be looked at or runs no CPython.
  public static func process(_ pid: Int32) throws(InspectionError) -> [Inspection] {
    let runtimes = try runtimes(of: LiveProcess(pid: pid))
    return runtimes.map { runtime in
      var notes: [String] = []
      if runtimes.count > 1 {
        notes.append("the process has loaded \(runtimes.count) CPythons; this is one of them")
      }
      if runtime.located.file.isDeleted {
        let place = runtime.located.readThrough.place(pid)
        notes.append("the file was removed or replaced; it was read through \(place)")
      }
      let live = LiveState(runtime, notes: &notes)
      return Inspection(
        subject: .process(pid), file: runtime.located.path, runtime: runtime.image, live: live,
        notes: notes)
    }
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

  /// Every CPython that a process has loaded; nearly always one. Only where no file's names tell of
  /// one, data is looked through.
  private static func runtimes(
    of process: LiveProcess
  ) throws(InspectionError) -> [InspectedRuntime] {
    let map: MemoryMap
    do {
      map = try process.memoryMap()
    } catch {
      throw .process(error)
    }
    guard !map.regions.isEmpty else { throw withoutMemory(process) }
    var found: [InspectedRuntime] = []
    for candidate in RuntimeCandidates(in: process, map) {
      if candidate.scans, found.contains(where: { $0.located.locatedBy != "scan" }) { break }
      guard let elf = candidate.elf, let located = candidate.runtime,
        let image = try? ImageRuntime(ObjectImage(elf), scanning: candidate.scans)
      else { continue }
      found.append(
        InspectedRuntime(process: process, map: map, located: located, image: image))
    }
    guard found.isEmpty else { return found }
    throw nothingFound(process, map.files.filter(\.isExecutable))
  }

  /// A zombie and a thread of the kernel have no memory.
  private static func withoutMemory(_ process: LiveProcess) -> InspectionError {
    guard let status = process.status else { return .process(.gone(pid: process.pid)) }
    return status.isOver ? .zombie(process.pid) : .kernelThread(process.pid)
  }

  /// That there is no CPython is said only when its files could be read.
  private static func nothingFound(
    _ process: LiveProcess, _ files: [MappedFile]
  ) -> InspectionError {
    for mapped in files where process.image(of: mapped).way == .memory {
      guard let region = mapped.regions.first(where: \.isReadable) else { continue }
      do {
        _ = try process.memory.read(at: region.start, count: 8)
      } catch .notPermitted(let pid, let number, let what) {
        return .process(.notPermitted(pid: pid, errno: number, what: what))
      } catch {
        continue
      }
    }
    return .notPython(process.pid, executable: process.executable)
  }
}

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
