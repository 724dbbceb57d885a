#if os(Linux)
  import Glibc
  import TargetProcess

  /// The threads of a process by the ids that they have in its own pid namespace, which are those
  /// that CPython knows.
  struct ThreadIDs: Sendable {
    let pid: Int32
    /// Of its first thread, in its own namespace.
    let innerPID: Int32

    /// The kernel's id here; nil for a thread that has ended.
    func outer(_ inner: UInt64) -> Int32? {
      guard let inner = Int32(exactly: inner), inner > 0 else { return nil }
      let id = innerPID == pid ? inner : search(inner)
      guard let id, access("/proc/\(pid)/task/\(id)", F_OK) == 0 else { return nil }
      // The first thread's entry stays when it ends before the others.
      if id == pid, LiveProcess(pid: pid).status?.isZombie ?? true { return nil }
      return id
    }

    private func search(_ inner: Int32) -> Int32? {
      LiveProcess(pid: pid).threads.first { id in
        ProcText(pid: pid, file: "task/\(id)/status")["NSpid"]?.last.flatMap { Int32($0) } == inner
      }
    }
  }
#endif
