#if os(Linux)
  import SystemPackage

  extension LiveProcess {
    public var memory: ProcessMemory { ProcessMemory(pid: pid) }

    /// The path of what it runs, as it sees it; ` (deleted)` behind it when it was removed.
    public var executable: String? { ProcFile.link(FilePath("/proc/\(pid)/exe")) }

    /// Its memory map. Empty for a zombie and for a thread of the kernel.
    ///
    /// - Throws: ``ProcessAccessError`` when the process is gone or may not be looked at.
    public func memoryMap() throws(ProcessAccessError) -> MemoryMap {
      do throws(Errno) {
        return MemoryMap(parsing: try ProcFile.contents(FilePath("/proc/\(pid)/maps")))
      } catch {
        throw ProcessAccessError(pid: pid, errno: error.rawValue, what: "read its memory map")
      }
    }
  }
#endif
