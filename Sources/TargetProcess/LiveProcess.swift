import SystemPackage

/// A process by its pid, as `/proc` shows it (proc(5)).
///
/// Everything returns nil or nothing when the process is gone or may not be looked at.
public struct LiveProcess: Hashable, Sendable {
  public var pid: Int32

  public init(pid: Int32) { self.pid = pid }

  private var folder: FilePath { FilePath("/proc/\(pid)") }

  public var status: ProcessStatus? {
    ProcFile.start("/proc/\(pid)/stat").flatMap { ProcessStatus(parsing: $0) }
  }

  /// Whether the process that was started then has ended, or is about to with all of its threads.
  ///
  /// A process that was killed loses its memory and its files before it is a zombie, and its first
  /// thread may end before the others.
  public func hasEnded(since startTime: UInt64) -> Bool {
    guard let status, status.startTime == startTime else { return true }
    guard status.isOver else { return false }
    return !threads.contains { $0 != pid && goesOn($0) }
  }

  /// Whether a thread has neither ended nor been killed.
  private func goesOn(_ thread: Int32) -> Bool {
    let task = folder.appending("task/\(thread)")
    guard
      let status = ProcFile.read(task.appending("stat")).flatMap(ProcessStatus.init(parsing:)),
      !status.isOver
    else { return false }
    let pending: UInt64 = ProcText(task.appending("status")).number("SigPnd", radix: 16) ?? 0
    return pending >> 8 & 1 == 0
  }

  /// The pid of its tracer; zero when it is not traced.
  public var tracer: Int32? {
    ProcText(folder.appending("status")).number("TracerPid")
  }

  /// Kernel ids of its threads.
  public var threads: Set<Int32> {
    Set(DirectoryListing.names(at: folder.appending("task")).compactMap { Int32($0) })
  }

  /// What its open socket descriptors are connected to: inode numbers.
  public var sockets: Set<UInt64> {
    let descriptors = folder.appending("fd")
    return Set(
      DirectoryListing.names(at: descriptors).compactMap { name in
        guard let target = ProcFile.link(descriptors.appending(name)),
          target.hasPrefix("socket:[")
        else { return nil }
        return UInt64(target.dropFirst("socket:[".count).dropLast())
      })
  }

  /// The value of a variable in its environment as it was at its start.
  public func environmentValue(of name: String) -> String? {
    let start = Array("\(name)=".utf8)
    return ProcFile.read(folder.appending("environ"))?.split(separator: 0)
      .first { $0.starts(with: start) }
      .map { String(decoding: $0.dropFirst(start.count), as: UTF8.self) }
  }

  /// Every process of the machine that can be seen.
  public static var all: [LiveProcess] {
    DirectoryListing.names(at: "/proc").compactMap { Int32($0) }.map(LiveProcess.init)
  }
}

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
