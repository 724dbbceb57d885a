import TargetProcess

/// The result of an attach. A closed set: every reader decides about every case.
public enum AttachOutcome: Hashable, Sendable {
  /// The code ran to its end, and said so.
  case attached(Answer)
  /// The target works and the code had no chance to run, or to end, in time. Nothing was left that
  /// would act later.
  case busy(Busy)
  /// The attach is not allowed, for this reason.
  case refused(Refusal)
  /// There is no such process, or not any more.
  case gone(Gone)
  /// It cannot be done to this process.
  case unsupported(Unsupported)
}

/// The reason for which the code did not run, or did not end, in time.
public enum Busy: Hashable, Sendable {
  /// The main thread did not come to a place where CPython looks for work: it is in code that keeps
  /// the GIL, or in a call that cannot be interrupted.
  case noSafePoint(state: String)
  /// The main thread could not be stopped: it is in an uninterruptible wait.
  case uninterruptible
  /// The main thread was never at a place from which it may be called: it was in the middle of CPython's own list of
  /// pending calls, in a restartable sequence, or without room on its stack.
  case unsafeStop(reason: String)
  /// A signal handler of the program raised while the code ran, and ended it; the program got what
  /// was raised.
  case interrupted
  /// The code was started and had not ended in time. It goes on; its answer is lost. `isStopped`:
  /// a signal has stopped the process meanwhile.
  case stillRunning(isStopped: Bool)
}

/// The reason for which an attach is not allowed.
public enum Refusal: Hashable, Sendable {
  /// The process belongs to another user, and the attacher may trace its own only.
  case otherUser(uid: UInt32)
  /// The process has forbidden it (prctl(2), PR_SET_DUMPABLE), or runs a file that may not be read,
  /// or has gained privileges.
  case notDumpable
  /// The process has capabilities that the attacher does not have.
  case morePrivileged
  /// The security module Yama allows tracing to fewer processes.
  case yama(scope: Int)
  /// The system refuses, and nothing that can be examined tells why.
  case notPermitted(operation: String, errno: Int32)
  /// A filter of system calls is on.
  case seccomp(mode: Int)
  /// Another process traces it.
  case traced(by: Int32)
  /// The process was stopped by a signal and has to be continued first.
  case stopped
  /// A signal stopped the process during the attach. The code did not run.
  case stoppedMeanwhile
  /// The process could not use the exchange directory, and said so. `hasFilter`: it has a seccomp
  /// filter.
  case exchangeFailed(step: ExchangeStep, errno: Int32, hasFilter: Bool)
  /// There is an answer, and it is none that the code writes.
  case badAnswer(String)
  /// The memory for the call was not given.
  case noMemory(errno: Int32)
  /// The exchange directory could be created nowhere.
  case noFolder(reason: String)
  /// Safe attach has a cause of its own.
  case safe(SafeRefusal)
}

/// The process does not exist, or not any more.
public enum Gone: Hashable, Sendable {
  case noSuchProcess
  /// It has ended, and its parent has not asked for its exit code yet.
  case zombie
  /// It ended during the attach.
  case endedMeanwhile
  /// The pid belongs to another process now.
  case pidReused
}

/// The reason for which no attach to this process is possible.
public enum Unsupported: Error, Hashable, Sendable {
  /// No mapped file has the functions of CPython.
  case notPython(executable: String)
  case kernelThread
  /// The number is that of one thread of a process.
  case thread(of: Int32)
  /// It has CPython, and not of a version that is known here.
  case version(String)
  case freeThreaded
  /// Its code is for another processor than the attacher's.
  case architecture(String)
  /// This program was built for a system or a processor where nothing is known yet.
  case platform
  /// Its return addresses are guarded (`x86_Thread_features: shstk`).
  case shadowStack
  /// The C library has no code from which the way back from a call can be made.
  case noWayHome(reason: String)
}

extension AttachOutcome {
  /// The same, unless the process has ended by now: then that is the reason.
  ///
  /// A process that is killed loses its memory, its root and its files one after the other, and
  /// each step of an attach sees that as something else.
  ///
  /// - Parameter startTime: as it was at the beginning; nil if it was not read.
  func unlessEnded(_ process: LiveProcess, startTime: UInt64?) -> AttachOutcome {
    switch self {
    case .attached, .gone: self
    case .busy, .refused, .unsupported:
      startTime.map(process.hasEnded(since:)) ?? false ? .gone(.endedMeanwhile) : self
    }
  }
}
