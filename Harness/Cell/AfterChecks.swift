import Dispatch
import SystemPackage
import TargetProcess

/// What must hold after every cell, whatever its scenario says.
struct AfterChecks {
  let debuggee: Debuggee
  /// The value of `MATRIX_CELL` in the environment of everything that the debuggee started.
  let token: String
  /// The debuggee's `TMPDIR`.
  let temporary: FilePath

  /// The checks that do not hold, a sentence each. Processes that are left are ended.
  func violations() async -> [String] {
    await withCheckedContinuation { continuation in
      // Reading /proc may block, which the threads that tasks share must not.
      DispatchQueue.global().async { continuation.resume(returning: look()) }
    }
  }

  private func look() -> [String] {
    var violations: [String] = []
    let processes = CellProcesses(of: .cell(token, besides: debuggee.process))
    let orphans = processes.find()
    if !orphans.isEmpty {
      let pids = orphans.map { "\($0.process.pid)" }.joined(separator: ", ")
      violations.append(
        orphans.count == 1
          ? "a process was left running (pid \(pids))"
          : "\(orphans.count) processes were left running (pids \(pids))")
      processes.end()
    }
    let left = Directory(temporary).names
    if !left.isEmpty {
      violations.append("left in the temporary folder: \(left.joined(separator: ", "))")
    }
    return violations
  }
}
