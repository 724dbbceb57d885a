import CPython
import Glibc
import PythonRuntime
import SystemPackage
import TargetProcess

/// One thing that decides whether attaching works, and what to do about it.
public struct Finding: Hashable, Sendable {
  public enum Verdict: String, Hashable, Sendable {
    /// As it should be.
    case good
    /// Attaching does not work because of this.
    case bad
    /// It may matter.
    case note
  }

  public var subject: String
  public var verdict: Verdict
  public var text: String
  /// What to do; nil where there is nothing to do.
  public var next: String?

  init(_ subject: String, _ verdict: Verdict, _ text: String, next: String? = nil) {
    self.subject = subject
    self.verdict = verdict
    self.text = text
    self.next = next
  }
}

/// Why attaching works or does not, on this machine and to one process.
public struct Doctor: Hashable, Sendable {
  public var findings: [Finding]
  /// What an attach would end with before it touches the process; nil when it could begin.
  public var obstacle: AttachOutcome?
  /// The entry that the attach would use; nil where there is an obstacle, or no process was given.
  public var entry: AttachReport.Entry?
  /// What safe attach says where the injector would be used instead.
  public var declined: AttachOutcome?

  public init(findings: [Finding], obstacle: AttachOutcome? = nil) {
    self.findings = findings
    self.obstacle = obstacle
  }
}

extension Doctor: CustomStringConvertible {
  public var description: String {
    let width = findings.map(\.subject.count).max() ?? 0
    return findings.map { finding in
      let mark =
        switch finding.verdict {
        case .good: "ok  "
        case .bad: "BAD "
        case .note: "note"
        }
      let padding = String(repeating: " ", count: width - finding.subject.count)
      let line = "\(mark)  \(finding.subject)\(padding)  \(finding.text)"
      return finding.next.map { "\(line)\n        -> \($0)" } ?? line
    }.joined(separator: "\n")
  }
}

extension Doctor {
  /// Looks at this machine and this program, and at a process if there is one. Stops nothing.
  ///
  /// What is said of a process is what an attach with the same options decides before it touches
  /// the process, made by the same code.
  public static func examine(
    pid: Int32?, method: AttachMethod = .auto, mayInject: Bool = true,
    switches: SafeSwitches = SafeSwitches(), limits: AttachLimits = .init()
  ) -> Doctor {
    var doctor = Doctor(findings: machine)
    guard let pid else { return doctor }
    let process = LiveProcess(pid: pid)
    guard let credentials = ProcessCredentials(process) else {
      doctor.obstacle = .gone(.noSuchProcess)
      doctor.findings.append(doctor.conclusion(pid: pid))
      return doctor
    }
    doctor.findings += findings(credentials, process)
    do throws(Preflight.Obstacle) {
      try doctor.decide(process, method, mayInject: mayInject, switches, limits)
    } catch {
      doctor.obstacle = error.outcome.unlessEnded(
        process, startTime: credentials.status.startTime)
    }
    doctor.findings.append(doctor.conclusion(pid: pid))
    return doctor
  }

  /// Chooses the entry as ``AutomaticAttach`` does, and takes its first steps.
  private mutating func decide(
    _ process: LiveProcess, _ method: AttachMethod, mayInject: Bool, _ switches: SafeSwitches,
    _ limits: AttachLimits
  ) throws(Preflight.Obstacle) {
    if method != .inject {
      var report = SafeReport()
      do throws(Preflight.Obstacle) {
        findings += try Self.safeFindings(process, switches, limits, &report)
        entry = .safe
        return
      } catch {
        let choice = AutomaticAttach(mayInject: mayInject)
        guard method == .auto, choice.leavesToInjector(error.outcome, report) else { throw error }
        if case .refused = error.outcome { declined = error.outcome }
      }
    }
    let preflight = try Preflight(process, limits: limits)
    findings += Self.findings(preflight)
    #if arch(x86_64)
      guard Gadgets.find(preflight.process.memory, preflight.map) != nil else {
        throw .init(outcome: .unsupported(.noWayHome(reason: "its C library is not known")))
      }
    #endif
    entry = .inject
  }

  private static func safeFindings(
    _ process: LiveProcess, _ switches: SafeSwitches, _ limits: AttachLimits,
    _ report: inout SafeReport
  ) throws(Preflight.Obstacle) -> [Finding] {
    #if arch(x86_64)
      var search = SafeSearch(process: process, limits: limits, switches: switches, cache: .shared)
      search.mayStop = false
      defer { report = search.report }
      let target = try search.run()
      guard switches.writes else { throw .init(outcome: .refused(.safe(.notWriting))) }
      return [
        Finding(
          "runtime", .good,
          "CPython \(target.runtime.offsets.version) in \(target.runtime.located.path) "
            + "(found by \(target.runtime.located.locatedBy))"),
        Finding("remote debugging", .good, "on"),
      ]
    #else
      throw .init(outcome: .unsupported(.platform))
    #endif
  }

  private func conclusion(pid: Int32) -> Finding {
    if let obstacle {
      let (what, next) = obstacle.sentences(pid: pid)
      return Finding("conclusion", .bad, what, next: next)
    }
    let way = entry == .safe ? "by safe attach" : "by the injector"
    let reason = declined.map { ", because \($0.sentences(pid: pid).what)" } ?? ""
    return Finding("conclusion", .good, "matrix attach \(pid) should work, \(way)\(reason)")
  }

  // MARK: This machine

  private static var machine: [Finding] {
    let own = OwnRights.current
    let user = Finding("user", own.user == 0 ? .good : .note, "matrix runs as uid \(own.user)")
    let capability =
      own.canTraceAll
      ? Finding("capabilities", .good, "CAP_SYS_PTRACE is there: processes of all users")
      : Finding(
        "capabilities", .note, "no CAP_SYS_PTRACE: own processes only",
        next: "run as root, or in a container with --cap-add=SYS_PTRACE, to reach others")
    #if arch(x86_64)
      let architecture = Finding("architecture", .good, "x86_64")
    #else
      let architecture = Finding("architecture", .bad, "only x86_64 is supported yet")
    #endif
    return [user, capability, yama(own), architecture]
  }

  private static func yama(_ own: OwnRights) -> Finding {
    guard let scope = OwnRights.yamaScope else {
      return Finding("yama", .good, "not in this kernel")
    }
    let text = "kernel.yama.ptrace_scope is \(scope)"
    switch scope {
    case 0: return Finding("yama", .good, text)
    case 1, 2:
      return own.canTraceAll
        ? Finding("yama", .good, "\(text), which CAP_SYS_PTRACE overrides")
        : Finding(
          "yama", .bad, text, next: "run as root, or: sudo sysctl kernel.yama.ptrace_scope=0")
    default:
      return Finding(
        "yama", .bad, "\(text): no process may trace another",
        next: "start the system anew with a lower setting")
    }
  }

  // MARK: The process

  private static func findings(
    _ process: ProcessCredentials, _ live: LiveProcess
  ) -> [Finding] {
    let own = OwnRights.current
    var findings: [Finding] = []
    func add(
      _ subject: String, _ verdict: Finding.Verdict, _ text: String, next: String? = nil
    ) {
      findings.append(Finding(subject, verdict, text, next: next))
    }

    add("process", .note, "\(process.pid) is \(process.name), state \(process.status.state)")
    let users = Set(process.users.prefix(3))
    let isOwn = users == [own.user]
    add(
      "its user", isOwn || own.canTraceAll ? .good : .bad,
      "uid " + users.sorted().map { "\($0)" }.joined(separator: ", "),
      next: isOwn || own.canTraceAll ? nil : "run matrix as that user or as root")
    switch process.isDumpable {
    case true?: add("dumpable", .good, "yes")
    case false?:
      add(
        "dumpable", own.canTraceAll ? .note : .bad, "no: its memory is for the privileged",
        next: own.canTraceAll ? nil : "run matrix as root or with CAP_SYS_PTRACE")
    case nil: add("dumpable", .note, "cannot be told for a process of root")
    }
    switch process.seccomp {
    case 0: add("seccomp", .good, "off")
    case 1: add("seccomp", .bad, "strict mode: it would be killed")
    default:
      add(
        "seccomp", .note, "a filter is on, which may kill it for a system call",
        next: "if the filter answers with errors, as containers' do: --ignore-seccomp")
    }
    if process.tracer == 0 {
      add("tracer", .good, "none")
    } else {
      add("tracer", .bad, "process \(process.tracer)", next: "end that debugger first")
    }
    for (name, text) in [
      ("user", "capabilities count there only if we have them in it"),
      ("pid", "it has pid \(process.innerPID) there"),
      ("mnt", "files are reached through /proc/\(process.pid)/root"),
    ] {
      switch (namespace(process.pid, name), namespace(getpid(), name)) {
      case (let its?, let ours?) where its == ours: continue
      case (_?, _?): add("\(name) namespace", .note, "another than ours: \(text)")
      default: add("\(name) namespace", .note, "cannot be read")
      }
    }
    if process.hasShadowStack { add("shadow stack", .bad, "on") }
    return findings
  }

  private static func namespace(_ pid: Int32, _ name: String) -> String? {
    var buffer = [CChar](repeating: 0, count: 64)
    let count = readlink("/proc/\(pid)/ns/\(name)", &buffer, buffer.count)
    guard count >= 0 else { return nil }
    return String(decoding: buffer.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  private static func findings(_ preflight: Preflight) -> [Finding] {
    let runtime = preflight.runtime
    let version = runtime.located.name.map { "CPython \($0.series)\($0.abiFlags)" } ?? "CPython"
    var findings = [
      Finding(
        "runtime", .good,
        "\(version) in \(runtime.located.path) (read through \(runtime.located.readThrough.rawValue))"
      ),
      Finding("symbols", .good, "all that an attach needs"),
    ]
    #if arch(x86_64)
      let hasWay = Gadgets.find(preflight.process.memory, preflight.map) != nil
      findings.append(
        Finding(
          "way home", hasWay ? .good : .bad,
          hasWay ? "found in its C library" : "its C library is not known"))
    #endif
    return findings
  }
}
