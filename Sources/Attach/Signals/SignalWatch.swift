#if arch(x86_64)
  import Glibc
  import TargetProcess

  /// The threads of a process, traced and running, so that a signal is seen before its handler runs.
  ///
  /// The kernel gives a signal that is sent to the process to the main thread, unless that one blocks
  /// it or is stopped; then to another one. A handler of CPython only notes the signal, and the
  /// main thread has to come and look: so the other threads are watched as well.
  ///
  /// To be used on a thread that ends soon: its end lets all threads go, and nothing else would without
  /// stopping each of them.
  final class SignalWatch {
    /// An array cannot hold what cannot be copied.
    final class Member {
      let id: Int32
      var thread: TracedThread
      /// Since when it stands before the delivery of a signal that is held back.
      var heldSince: ContinuousClock.Instant?
      /// Whether it runs a signal handler.
      var isInHandler = false

      init(_ thread: consuming TracedThread) {
        id = thread.id
        self.thread = thread
      }
    }

    let main: Member
    private var others: [Member] = []
    private let process: LiveProcess
    /// The signals that have a handler, without those that a fault raises: number n is bit n - 1.
    let caught: UInt64
    /// How many signals other threads have handled.
    private(set) var handledElsewhere = 0

    init(
      of process: LiveProcess, main: Int32, _ tracer: Tracer, includesOthers: Bool = true
    ) throws(TraceError) {
      self.process = process
      self.main = Member(try tracer.seize(main))
      caught =
        (ProcText(pid: process.pid, file: "status").number("SigCgt", radix: 16) ?? .max)
        & CallCode.blockedSignals
      var seen: Set<Int32> = [main]
      while includesOthers {
        let new = process.threads.subtracting(seen)
        if new.isEmpty { break }
        seen.formUnion(new)
        for id in new {
          // A thread may end at any time.
          if let thread = try? tracer.seize(id) { others.append(Member(thread)) }
        }
      }
    }

    /// Leaves all threads to the end of the calling thread, and is not used any more. Without this
    /// each of them is stopped for a moment to be let go.
    func leaveToEnd() {
      main.thread.leaveToEnd()
      for member in others { member.thread.leaveToEnd() }
    }

    func isCaught(_ signal: Int32) -> Bool {
      signal > 0 && signal <= 64 && caught >> UInt64(signal - 1) & 1 == 1
    }

    /// Whether the main thread has ended. It never stops then, and its parent learns of it when it is not
    /// traced any more.
    var hasEnded: Bool { LiveProcess(pid: main.id).status?.isOver ?? true }

    var isAnyInHandler: Bool { others.contains { $0.isInHandler } }

    /// Lets the other threads go on from whatever stopped them.
    ///
    /// - Parameter holdsBack: whether a signal with a handler is not to be delivered yet, for a thread
    ///   that has stood there since then.
    func serveOthers(
      holdingBack holdsBack: (ContinuousClock.Instant) -> Bool = { _ in false }
    ) {
      others.removeAll { member in
        do throws(TraceError) {
          try serve(member, holdsBack)
          return false
        } catch {
          return error == .gone
        }
      }
    }

    private func serve(
      _ member: Member, _ holdsBack: (ContinuousClock.Instant) -> Bool
    ) throws(TraceError) {
      guard let stop = try member.thread.poll() else { return }
      switch stop {
      case .signal(let signal) where isCaught(signal):
        let since = member.heldSince ?? .now
        member.heldSince = since
        if holdsBack(since) { return }
        member.heldSince = nil
        member.isInHandler = true
        try member.thread.resume(stopsAtSystemCall: true)
      case .systemCall where member.isInHandler:
        // A handler that leaves by longjmp is followed until the next one that does not.
        guard try member.thread.registers().currentCall.number == SystemCall.sigreturn else {
          return try member.thread.resume(stopsAtSystemCall: true)
        }
        member.isInHandler = false
        handledElsewhere += 1
        try member.thread.resume()
      default: try member.thread.resume()
      }
    }

    /// Waits until no signal is on its way to a handler in another thread.
    ///
    /// - Returns: false when the time was over first.
    func waitUntilHandled(until deadline: ContinuousClock.Instant) throws(TraceError) -> Bool {
      while true {
        let status = ProcText(pid: process.pid, file: "status")
        let pending: UInt64 = status.number("ShdPnd", radix: 16) ?? 0
        let blocked: UInt64 = status.number("SigBlk", radix: 16) ?? 0
        // A signal that is not pending any more has stopped its thread by now.
        serveOthers()
        if pending & caught & ~blocked == 0, !isAnyInHandler { return true }
        if case .signal? = try main.thread.poll() { try main.thread.resume() }
        if .now >= deadline || hasEnded { return false }
        sched_yield()
      }
    }
  }
#endif
