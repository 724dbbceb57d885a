#if os(Linux)
  import TargetProcess

  /// The threads of a process by the ids that they have in its own pid namespace, which are those
  /// that CPython knows.
  struct ThreadIDs: Sendable {
    let pid: Int32
    let circumstances: Circumstances

    /// Of its first thread, in its own namespace.
    var innerPID: Int32 { circumstances.innerPID }

    /// The kernel's id here; nil for a thread that has ended.
    func outer(_ inner: UInt64) -> Int32? {
      guard let inner = Int32(exactly: inner), inner > 0 else { return nil }
      let id = innerPID == pid ? inner : search(inner)
      guard let id, LiveProcess(pid: pid).hasThread(id) else { return nil }
      // The first thread's id stays when it ends before the others.
      if id == pid, LiveProcess(pid: pid).status?.isOver ?? true { return nil }
      return id
    }

    private func search(_ inner: Int32) -> Int32? {
      LiveProcess(pid: pid).threads.first { id in
        ProcText(pid: pid, file: "task/\(id)/status")["NSpid"]?.last.flatMap { Int32($0) } == inner
      }
    }
  }
#endif
