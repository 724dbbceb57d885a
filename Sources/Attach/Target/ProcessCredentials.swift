import Glibc
import Synchronization
import SystemPackage
import TargetProcess

/// What decides whether a process may be traced: of itself, of us and of the system.
struct ProcessCredentials {
  let pid: Int32
  let status: ProcessStatus
  private let file: LazyText

  /// Nil when there is no such process.
  init?(_ process: LiveProcess) {
    guard let status = process.status else { return nil }
    self.init(process, status)
    guard !text.lines.isEmpty else { return nil }
  }

  /// Reads nothing more until it is asked for, which many an attach never does.
  init(_ process: LiveProcess, _ status: ProcessStatus) {
    pid = process.pid
    self.status = status
    file = LazyText(pid: process.pid)
  }

  private var text: ProcText { file.text }

  /// Real, effective, saved and file system user.
  var users: [UInt32] { (text["Uid"] ?? []).compactMap { UInt32($0) } }
  var groups: [UInt32] { (text["Gid"] ?? []).compactMap { UInt32($0) } }
  /// The user and group by which it opens files.
  var fileOwner: (user: UInt32, group: UInt32) { (users.last ?? 0, groups.last ?? 0) }
  /// The process that this thread belongs to.
  var process: Int32 { text.number("Tgid") ?? pid }
  /// The process that traces this thread; 0 for none, and for a thread of our own.
  var tracer: Int32 {
    guard let thread: Int32 = text.number("TracerPid"), thread != 0 else { return 0 }
    // It is the id of a thread, not of a process.
    let process = ProcText(pid: thread, file: "status").number("Tgid") ?? thread
    return process == getpid() ? 0 : process
  }
  /// 0 off, 1 strict, 2 with a filter.
  var seccomp: Int { text.number("Seccomp") ?? 0 }
  var permitted: UInt64 { text.number("CapPrm", radix: 16) ?? 0 }
  var hasMemory: Bool { text["VmSize"] != nil }
  var hasShadowStack: Bool { text["x86_Thread_features"]?.contains("shstk") ?? false }
  var name: String { text["Name"]?.joined(separator: " ") ?? "?" }

  /// Its pid in its own pid namespace.
  var innerPID: Int32 { text["NSpid"]?.last.flatMap { Int32($0) } ?? pid }

  /// Whether the files below `/proc/PID` belong to its user. Where they belong to root, its memory
  /// is not for others (proc(5), PR_SET_DUMPABLE). Nil where nothing can be told.
  var isDumpable: Bool? {
    guard let effective = users.dropFirst().first, effective != 0,
      let owner = Self.owner("/proc/\(pid)/maps")
    else { return nil }
    return owner == effective
  }

  static func owner(ofProcess pid: Int32) -> UInt32? { owner("/proc/\(pid)") }

  private static func owner(_ path: String) -> UInt32? {
    var information = stat()
    return lstat(path, &information) == 0 ? information.st_uid : nil
  }

  /// Why tracing was refused with this errno, as far as can be seen.
  func refusal(operation: String, errno number: Int32) -> Refusal {
    let own = OwnRights.current
    if tracer != 0 { return .traced(by: tracer) }
    if !own.canTraceAll {
      if let other = users.prefix(3).first(where: { $0 != own.user }) {
        return .otherUser(uid: other)
      }
      if isDumpable == false { return .notDumpable }
      if permitted & ~own.permitted != 0 { return .morePrivileged }
    }
    if let scope = OwnRights.yamaScope, scope > 0, scope > 2 || !own.canTraceAll {
      return .yama(scope: scope)
    }
    return .notPermitted(operation: operation, errno: number)
  }
}

/// `/proc/PID/status`, read once.
private final class LazyText: Sendable {
  private let pid: Int32
  private let read = Mutex<ProcText?>(nil)

  init(pid: Int32) { self.pid = pid }

  var text: ProcText {
    read.withLock { known in
      if let known { return known }
      let text = ProcText(pid: pid, file: "status")
      known = text
      return text
    }
  }
}

/// What this process may do.
struct OwnRights {
  var user: UInt32
  var permitted: UInt64
  var effective: UInt64

  static var current: OwnRights {
    let text = ProcText("/proc/self/status")
    return OwnRights(
      user: geteuid(), permitted: text.number("CapPrm", radix: 16) ?? 0,
      effective: text.number("CapEff", radix: 16) ?? 0)
  }

  /// CAP_SYS_PTRACE
  var canTraceAll: Bool { effective >> 19 & 1 == 1 }

  /// kernel.yama.ptrace_scope; nil where the system has no Yama.
  static var yamaScope: Int? {
    ProcText("/proc/sys/kernel/yama/ptrace_scope").lines.first.flatMap { Int($0) }
  }
}
