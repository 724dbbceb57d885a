import CPython

extension AttachOutcome {
  /// One true sentence about what happened, and the next step to take, if there is one.
  ///
  /// - Parameter pid: of the process it is about.
  public func sentences(pid: Int32) -> (what: String, next: String?) {
    switch self {
    case .attached(.result): ("process \(pid) ran the code", nil)
    case .attached(.raised): ("process \(pid) ran the code, and the code raised", nil)
    case .busy(let busy): busy.sentences(pid)
    case .refused(let refusal): refusal.sentences(pid)
    case .gone(let gone): gone.sentences(pid)
    case .unsupported(let unsupported): unsupported.sentences(pid)
    }
  }
}

extension Busy {
  func sentences(_ pid: Int32) -> (what: String, next: String?) {
    switch self {
    case .noSafePoint(let state):
      (
        "process \(pid) is busy: its main thread did not get to run Python in time (\(state))",
        "try again, or with a longer --timeout; native code that keeps the GIL has to end first"
      )
    case .uninterruptible:
      (
        "process \(pid) is busy: its main thread is in an uninterruptible wait",
        "see what it waits for in /proc/\(pid)/stack; a vfork or a dead file server are usual"
      )
    case .unsafeStop(let reason):
      ("process \(pid) is busy: \(reason)", "try again, or with a longer --timeout")
    case .interrupted:
      (
        "a signal handler of process \(pid) raised while the code ran, which ended it",
        "try again, if the process goes on"
      )
    case .stillRunning(false):
      (
        "the code was started in process \(pid) and has not answered in time",
        "give it more time with --timeout; what it returns now is lost"
      )
    case .stillRunning(true):
      (
        "the code was started in process \(pid), and a signal has stopped the process since",
        "continue it: kill -CONT \(pid); what the code returns then is lost"
      )
    }
  }
}

extension Refusal {
  func sentences(_ pid: Int32) -> (what: String, next: String?) {
    switch self {
    case .otherUser(let uid):
      (
        "process \(pid) belongs to another user (uid \(uid))",
        "run matrix as that user or as root, or give it CAP_SYS_PTRACE"
      )
    case .notDumpable:
      (
        "process \(pid) is not dumpable, so only a privileged process may trace it",
        "run matrix as root or with CAP_SYS_PTRACE; "
          + "the process may have called prctl(PR_SET_DUMPABLE), or changed its user"
      )
    case .morePrivileged:
      (
        "process \(pid) has privileges that matrix does not have",
        "run matrix as root or with CAP_SYS_PTRACE"
      )
    case .yama(let scope):
      (
        "kernel.yama.ptrace_scope is \(scope), so only \(Self.allowed(scope)) may trace process \(pid)",
        scope >= 3
          ? "the setting can be changed only by booting with another one"
          : "run matrix as root, or: sudo sysctl kernel.yama.ptrace_scope=0"
      )
    case .notPermitted(let operation, let errno):
      (
        "the system does not permit tracing process \(pid) (\(operation): errno \(errno))",
        "in a container, allow SYS_PTRACE (docker run --cap-add=SYS_PTRACE); "
          + "else look at the security modules of this system"
      )
    case .seccomp(1):
      ("process \(pid) is in seccomp's strict mode and would be killed", nil)
    case .seccomp:
      (
        "process \(pid) has a seccomp filter, which may kill it for a system call that is needed",
        "if the filter answers with errors, as those of containers do, use --ignore-seccomp"
      )
    case .traced(let tracer):
      (
        "process \(pid) is being traced by process \(tracer)",
        "end that debugger or strace first: a process can have one tracer only"
      )
    case .stopped:
      ("process \(pid) is stopped by a signal", "continue it first: kill -CONT \(pid)")
    case .stoppedMeanwhile:
      (
        "a signal stopped process \(pid) during the attach, before it ran the code",
        "continue it and try again: kill -CONT \(pid)"
      )
    case .exchangeFailed(let step, let errno, let hasFilter):
      (
        "process \(pid) \(step.sentence) (errno \(errno))"
          + (hasFilter
            ? "; it has a seccomp filter, which may answer that call with an error" : ""),
        step == .answer
          ? "what the code returned is lost"
          : "the code did not run; see that the process may open and rename files of its own"
      )
    case .badAnswer(let reason):
      (
        "the answer that was left by process \(pid) cannot be used: \(reason)",
        "whether the code ran is not known; look for another program of that user "
          + "that writes into the exchange directory"
      )
    case .noMemory(let errno):
      (
        "process \(pid) may not map executable memory (mmap: errno \(errno))",
        "a limit (ulimit -v) or a security module forbids it"
      )
    case .noFolder(let reason):
      (
        "no directory could be created for the files that process \(pid) needs: \(reason)",
        "make /tmp, /var/tmp or /dev/shm in its file system writable for its user, and see that "
          + "the disk is not full"
      )
    case .safe(let refusal): refusal.sentences(pid)
    }
  }

  private static func allowed(_ scope: Int) -> String {
    switch scope {
    case 1: "the parents of a process"
    case 2: "root"
    default: "the kernel"
    }
  }
}

extension ExchangeStep {
  fileprivate var sentence: String {
    switch self {
    case .claim: "could not rename a file in the exchange directory to claim the code"
    case .read: "could not read the code in the exchange directory"
    case .answer: "ran the code and could not leave the answer in the exchange directory"
    }
  }
}

extension Gone {
  func sentences(_ pid: Int32) -> (what: String, next: String?) {
    switch self {
    case .noSuchProcess: ("there is no process \(pid)", nil)
    case .zombie:
      ("process \(pid) has ended; only its exit code is left (a zombie)", nil)
    case .endedMeanwhile: ("process \(pid) ended during the attach", nil)
    case .pidReused: ("process \(pid) has ended, and another process has its pid now", nil)
    }
  }
}

extension Unsupported {
  func sentences(_ pid: Int32) -> (what: String, next: String?) {
    switch self {
    case .notPython(let executable):
      ("process \(pid) (\(executable)) has no CPython in it", "check the pid")
    case .kernelThread: ("process \(pid) is a thread of the kernel", "check the pid")
    case .thread(let process):
      ("\(pid) is a thread of process \(process)", "give the process: \(process)")
    case .version(let version):
      (
        "process \(pid) runs \(version); \(PythonSeries.supported.lowerBound) to "
          + "\(PythonSeries.supported.upperBound) are known", nil
      )
    case .freeThreaded:
      (
        "process \(pid) runs a free-threaded CPython, which the injector cannot enter",
        "safe attach can, from 3.14 on"
      )
    case .architecture(let name):
      ("process \(pid) runs code for \(name), matrix does not", "use matrix built for \(name)")
    case .platform:
      ("attaching to a running process is supported on x86_64 Linux only", nil)
    case .shadowStack:
      (
        "process \(pid) runs with a shadow stack, where no call can be made from outside",
        "start it without: GLIBC_TUNABLES=glibc.cpu.x86_shstk=off"
      )
    case .noWayHome(let reason):
      ("no call can be made in process \(pid), as there is no way back from it: \(reason)", nil)
    }
  }
}
