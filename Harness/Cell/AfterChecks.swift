import Dispatch
import Glibc
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

/// The processes that cells have started and their children, wherever those have moved: all of them
/// inherit the variable `MATRIX_CELL`, and most of them the session of the debuggee.
struct CellProcesses {
  static let variable = "MATRIX_CELL"

  enum Scope {
    /// All cells of the run with this id.
    case run(String)
    /// The cell with this value of the variable, but not the debuggee itself.
    case cell(String, besides: LiveProcess)
    /// The cell with this value of the variable.
    case wholeCell(String)
  }

  /// A process, and the start time that tells it from a later one with its pid.
  struct Found {
    var process: LiveProcess
    var startTime: UInt64
  }

  private let scope: Scope
  /// What has been started before has not been started by a cell; in the kernel's clock ticks.
  private let earliestStart: UInt64

  init(of scope: Scope) {
    self.scope = scope
    switch scope {
    case .cell(_, let debuggee): earliestStart = debuggee.status?.startTime ?? 0
    case .run, .wholeCell: earliestStart = 0
    }
  }

  /// Those that run.
  func find() -> [Found] {
    LiveProcess.all.compactMap { process in
      guard let status = process.status, !status.isZombie, status.startTime >= earliestStart,
        holds(process, status), process.pid != getpid()
      else { return nil }
      return Found(process: process, startTime: status.startTime)
    }
  }

  /// Ends them with SIGKILL, and those that they start meanwhile.
  ///
  /// - Returns: how many were found.
  @discardableResult
  func end(within limit: Duration = .seconds(1)) -> Int {
    let deadline = ContinuousClock.now + limit
    var seen: Set<Int32> = []
    while true {
      let found = find()
      if found.isEmpty { return seen.count }
      for one in found where one.process.status?.startTime == one.startTime {
        seen.insert(one.process.pid)
        _ = kill(one.process.pid, SIGKILL)
      }
      if ContinuousClock.now >= deadline { return seen.count }
      // They are not our children: nothing tells when they have ended.
      usleep(1000)
    }
  }

  private func holds(_ process: LiveProcess, _ status: ProcessStatus) -> Bool {
    switch scope {
    case .run(let id):
      process.environmentValue(of: Self.variable)?.hasPrefix(id + ".") ?? false
    case .wholeCell(let value): process.environmentValue(of: Self.variable) == value
    case .cell(let value, let debuggee):
      process != debuggee
        && (status.session == debuggee.pid || process.environmentValue(of: Self.variable) == value)
    }
  }
}
