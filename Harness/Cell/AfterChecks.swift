import SystemPackage
import TargetProcess

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// What must hold after every cell, whatever its scenario says.
struct AfterChecks {
  let debuggee: Debuggee
  /// In the environment of everything the debuggee started.
  let marker: String
  /// The debuggee's `TMPDIR`.
  let temporary: FilePath

  /// The checks that do not hold, a sentence each. Processes that are left are ended.
  func violations() -> [String] {
    var violations: [String] = []
    let orphans = orphans()
    if !orphans.isEmpty {
      let pids = orphans.map { "\($0.process.pid)" }.joined(separator: ", ")
      violations.append(
        orphans.count == 1
          ? "a process was left running (pid \(pids))"
          : "\(orphans.count) processes were left running (pids \(pids))")
      for (process, status) in orphans where process.status?.startTime == status.startTime {
        _ = kill(process.pid, SIGKILL)
      }
    }
    let left = Directory(temporary).names
    if !left.isEmpty {
      violations.append("left in the temporary folder: \(left.joined(separator: ", "))")
    }
    return violations
  }

  private func orphans() -> [(process: LiveProcess, status: ProcessStatus)] {
    LiveProcess.all.compactMap { process in
      guard process != debuggee.process, let status = process.status, !status.isZombie,
        status.session == debuggee.process.pid || process.environmentHolds(marker)
      else { return nil }
      return (process, status)
    }
  }
}
