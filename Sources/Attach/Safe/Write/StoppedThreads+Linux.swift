#if os(Linux)
  import TargetProcess

  /// All threads of a process, stopped, so that nothing in it changes. They go on with the last
  /// reference, or when the tracing thread ends.
  final class StoppedThreads {
    /// An array cannot hold what cannot be copied.
    private final class Held {
      var thread: TracedThread
      init(_ thread: consuming TracedThread) { self.thread = thread }
    }

    private var held: [Held] = []
    private let begin = ContinuousClock.now

    /// Stops every thread, and looks again until none was started meanwhile.
    ///
    /// A thread in an uninterruptible wait is not waited for: its stop was asked for, so it runs no
    /// instruction of the program before it has stopped.
    init(
      of process: LiveProcess, _ tracer: Tracer, until deadline: ContinuousClock.Instant
    ) throws(TraceError) {
      var seen: Set<Int32> = []
      do throws(TraceError) {
        while true {
          let new = process.threads.subtracting(seen)
          if new.isEmpty { break }
          seen.formUnion(new)
          // All are asked before the first is waited for.
          var asked: [Held] = []
          for id in new {
            do throws(TraceError) {
              let one = Held(try tracer.seize(id))
              try one.thread.requestStop()
              asked.append(one)
            } catch .gone {
              // A thread may end at any time.
              continue
            }
          }
          for one in asked where try Self.stop(one, until: deadline) { held.append(one) }
        }
      } catch {
        letGo()
        throw error
      }
      if held.isEmpty { throw .gone }
    }

    /// False when the thread has ended.
    private static func stop(
      _ one: Held, until deadline: ContinuousClock.Instant
    ) throws(TraceError) -> Bool {
      do throws(TraceError) {
        while try one.thread.stop(until: min(deadline, .now + .milliseconds(10))) == nil {
          if LiveProcess(pid: one.thread.id).status?.state == "D" { return true }
          if .now >= deadline { throw .timedOut(operation: "stopping the thread") }
        }
        return true
      } catch .gone {
        return false
      }
    }

    /// Lets every thread go on; how long they were stopped.
    @discardableResult
    func letGo() -> Duration {
      for one in held { one.thread.release() }
      // The end of the others leaves them to the tracer.
      held = []
      return begin.duration(to: .now)
    }

    deinit { letGo() }
  }
#endif
