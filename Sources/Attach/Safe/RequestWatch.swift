#if arch(x86_64)
  import Glibc
  import TargetProcess

  /// Keeps signals from CPython while it begins to run a request's script.
  ///
  /// CPython runs a script at its next look, in a system call before it looks for signals, and looks for
  /// signals at the script's first instruction, outside of any `try` of the script: what a
  /// handler raises there is printed and forgotten. So each signal that has a handler is seen before it is
  /// delivered. While the request is there, it is taken back first, and written again later. When
  /// it has been taken, the signal is blocked, and so pending again, until the script has begun.
  /// Nothing is lost when the attacher is killed meanwhile: what is pending stays with the kernel, and
  /// the script unblocks it, too.
  final class RequestWatch {
    private let watch: SignalWatch
    /// The signals that were blocked in the main thread.
    private var added: UInt64 = 0
    enum Decision {
      case deliver, hold
    }

    /// Nil where a thread cannot be traced, because another debugger traces it.
    ///
    /// - Parameter main: by the kernel's id.
    init?(_ target: SafeTarget, main: Int32, includesOthers: Bool) {
      guard
        let watch = try? SignalWatch(
          of: target.process, main: main, target.tracer, includesOthers: includesOthers)
      else { return nil }
      self.watch = watch
    }

    /// Serves what has stopped, and does not wait.
    ///
    /// - Parameters:
    ///   - keepsStop: leaves the main thread stopped where that was asked for.
    ///   - decide: what is to become of a signal that has a handler.
    ///   - elsewhere: the same, for another thread that has stood there since then.
    /// - Returns: whether the main thread is left stopped.
    /// - Throws: ``TraceError/unexpected(_:)`` when a signal stops the process.
    @discardableResult
    func serve(
      keepsStop: Bool = false, _ decide: () -> Decision,
      elsewhere: (ContinuousClock.Instant) -> Decision
    ) throws(TraceError) -> Bool {
      watch.serveOthers { since in elsewhere(since) == .hold }
      guard let stop = try watch.main.thread.poll() else { return false }
      switch stop {
      case .interrupted where keepsStop: return true
      case .group: throw .unexpected(stop)
      case .signal(let signal) where watch.isCaught(signal) && decide() == .hold:
        let bit: UInt64 = 1 << UInt64(signal - 1)
        let mask = try watch.main.thread.signalMask()
        added |= bit & ~mask
        try watch.main.thread.setSignalMask(mask | bit)
        // Blocked now, it is pending again with all that it tells.
        try watch.main.thread.resume()
      default: try watch.main.thread.resume()
      }
      return false
    }

    /// Stops the main thread, works on it, and lets it go on.
    ///
    /// - Returns: nil when it did not stop in time; the stop is pending.
    func stopMain<Value>(
      until deadline: ContinuousClock.Instant, _ decide: () -> Decision,
      elsewhere: (ContinuousClock.Instant) -> Decision,
      _ work: (borrowing TracedThread) throws(TraceError) -> Value
    ) throws(TraceError) -> Value? {
      try watch.main.thread.requestStop()
      var polls = 0
      while try !serve(keepsStop: true, decide, elsewhere: elsewhere) {
        if .now >= deadline { return nil }
        polls += 1
        if polls.isMultiple(of: 50), watch.hasEnded { throw .gone }
        if polls < 100 { sched_yield() } else { usleep(20) }
      }
      let value = try work(watch.main.thread)
      try watch.main.thread.resume()
      return value
    }

    /// Unblocks what was blocked, lets handlers run that other threads stand before, and leaves all
    /// threads to the end of the calling thread.
    ///
    /// A thread that was held back does not run at once, and its handler would tell the main thread of
    /// the signal when nothing looks any more.
    func finish() {
      unblock()
      _ = try? watch.waitUntilHandled(until: .now + .seconds(1))
      watch.leaveToEnd()
    }

    /// Lets each thread go by stopping it for a moment, for a calling thread that goes on.
    deinit { unblock() }

    private func unblock() {
      guard added != 0 else { return }
      let bits = added
      let deadline = ContinuousClock.now + .seconds(10)
      _ = try? stopMain(until: deadline, { .deliver }, elsewhere: { _ in .deliver }) {
        (thread) throws(TraceError) in
        try thread.setSignalMask(try thread.signalMask() & ~bits)
      }
      added = 0
    }
  }
#endif
