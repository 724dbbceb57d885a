public import CPython
public import PythonRuntime

/// Why safe attach is refused. Each is a cause of its own with a sentence and a next step; see
/// ``sentences(_:)``.
public enum SafeRefusal: Hashable, Sendable {
  /// Who switched remote debugging off in the target.
  public enum Switch: Hashable, Sendable {
    /// `-X disable-remote-debug`
    case flag
    /// `PYTHON_DISABLE_REMOTE_DEBUG`
    case environment
    /// `--without-remote-debug`, or a program that embeds CPython and configured it so.
    case build
  }

  case switchedOff(Switch)
  /// Safe attach is disabled on this side, by `PTVS_SAFE_ATTACH_MANAGED_DISABLE`.
  case disabledHere
  /// Everything was found, and `PTVS_SAFE_ATTACH_MANAGED_WRITE` says not to write.
  case notWriting
  /// The target took the request and did not begin with the script. `hasFilter`: it has a seccomp
  /// filter.
  case scriptNotRun(hasFilter: Bool)
  /// The target took the request, and could not read the script.
  case scriptUnreadable(path: String)
  /// In bytes.
  case pathTooLong(count: Int, limit: Int)
  case mainThreadGone
  /// The path of the other's script.
  case otherDebugger(script: String)
  case preRelease(PythonVersion)
  case unknownSeries(PythonVersion)
  /// The table of offsets is none that a CPython has.
  case tableDamaged(DebugOffsetsError)
  /// What the table leads to is not what it has to be.
  case stateDamaged(ThreadSearchError)
  case writeFailed(WriteFailure)
}

extension SafeRefusal {
  /// Whether another way in is right: not where the owner of the target has said no, and not where
  /// it would change nothing.
  public var allowsOtherEntry: Bool {
    switch self {
    case .disabledHere, .unknownSeries, .preRelease, .tableDamaged, .stateDamaged, .mainThreadGone,
      .pathTooLong, .writeFailed:
      true
    case .switchedOff, .notWriting, .scriptNotRun, .scriptUnreadable, .otherDebugger: false
    }
  }

  func sentences(_ pid: Int32) -> (what: String, next: String?) {
    switch self {
    case .switchedOff(let by): by.sentences(pid)
    case .disabledHere:
      (
        "safe attach is disabled here (--no-safe, PTVS_SAFE_ATTACH_MANAGED_DISABLE)",
        "unset that variable, or say --method inject"
      )
    case .notWriting:
      (
        "everything was found in process \(pid), and nothing was written "
          + "(--no-write, or PTVS_SAFE_ATTACH_MANAGED_WRITE is off)",
        "leave that out to attach"
      )
    case .scriptNotRun(let hasFilter):
      (
        "process \(pid) took the request and did not begin with the script"
          + (hasFilter ? "; it has a seccomp filter, which may answer open with an error" : ""),
        "look at the program's standard error: if an audit hook forbids the script "
          + "(cpython.remote_debugger_script, open), its traceback is there"
      )
    case .scriptUnreadable(let path):
      (
        "process \(pid) took the request and could not read the script \(path)",
        "see that its user may read that folder, and that nothing cleans it up meanwhile"
      )
    case .pathTooLong(let count, let limit):
      (
        "the path of the script has \(count) bytes, and CPython in process \(pid) takes \(limit)",
        "use a shorter folder"
      )
    case .mainThreadGone:
      (
        "process \(pid) has no main thread any more, and no other thread that runs Python",
        "only the threads of its C code are left: use a native debugger"
      )
    case .otherDebugger(let script):
      (
        "another debugger's request is pending in process \(pid), for the script \(script)",
        "wait until the program has run it, or end that debugger; nothing was changed"
      )
    case .preRelease(let version):
      (
        "process \(pid) runs \(version), a pre-release, whose offsets may differ from the final ones",
        "use a final release"
      )
    case .unknownSeries(let version):
      (
        "process \(pid) runs CPython \(version), and safe attach knows "
          + FeatureRelease.known.withSafeAttach,
        "update matrix: it never guesses offsets"
      )
    case .tableDamaged(let error):
      (
        "in process \(pid), \(error)",
        "its memory is damaged, or it is no CPython: nothing was written"
      )
    case .stateDamaged(let error):
      ("process \(pid) cannot be attached to: \(error)", "try again; nothing was written")
    case .writeFailed(let failure): failure.sentences(pid)
    }
  }
}

extension SafeRefusal.Switch {
  fileprivate func sentences(_ pid: Int32) -> (what: String, next: String?) {
    switch self {
    case .flag:
      (
        "remote debugging is switched off in process \(pid), by -X disable-remote-debug",
        "start the program without it, or say --method inject if you may overrule that"
      )
    case .environment:
      (
        "remote debugging is switched off in process \(pid), by PYTHON_DISABLE_REMOTE_DEBUG "
          + "(any value does, an empty one too)",
        "start the program without it, or say --method inject if you may overrule that"
      )
    case .build:
      (
        "remote debugging is switched off in process \(pid), by the way its CPython was built "
          + "(--without-remote-debug) or by the program that embeds it",
        "use another build, or say --method inject if you may overrule that"
      )
    }
  }
}

extension WriteFailure {
  fileprivate func sentences(_ pid: Int32) -> (what: String, next: String?) {
    let left =
      switch remains {
      case .nothing: "nothing was written"
      case .undone: "what was written was undone"
      case .unknown: "it could not be undone: the program may still run the script"
      }
    return (
      "writing the request (\(step.rawValue)) to process \(pid) failed: \(cause); \(left)", nil
    )
  }
}

extension WriteFailure.Cause: CustomStringConvertible {
  public var description: String {
    switch self {
    case .pathTooLong(let count, let limit): "its path has \(count) bytes, \(limit) fit"
    case .pathUnusable: "its path is empty or holds a zero byte"
    case .unknownSeries: "the bits of its eval breaker are not known"
    case .switchedOff: "remote debugging was switched off meanwhile"
    case .switchDamaged(let value): "its switch for remote debugging is \(value)"
    case .otherRequest(let path): "another debugger asked for \(path)"
    case .pendingDamaged(let value): "its mark for requests is \(value), which no debugger writes"
    case .overwritten(let path): "another debugger wrote \(path) at the same time"
    case .changed(let error): "\(error)"
    case .access(let error): "\(error)"
    case .notVerified: "what was written is not what is there"
    }
  }
}
