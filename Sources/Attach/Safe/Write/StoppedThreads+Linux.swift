#if os(Linux)
  import TargetProcess

  /// All threads of a process, stopped, so that nothing in it changes. They go on with the last
  /// reference, or when this program ends, however it ends.
  ///
  /// Must be made and released on one thread, and one that ends soon: its end lets go what could not
  /// be let go otherwise.
  final class StoppedThreads {
    private final class Held {
      let thread: TracedThread
      init(_ thread: consuming TracedThread) { self.thread = thread }
    }

    private var held: [Held] = []
    private let begin = ContinuousClock.now

    /// Looks again until no thread has come meanwhile.
    init(of process: LiveProcess, until deadline: ContinuousClock.Instant) throws(TraceError) {
      var seen: Set<Int32> = []
      do throws(TraceError) {
        while true {
          let new = process.threads.subtracting(seen)
          if new.isEmpty { break }
          for id in new {
            seen.insert(id)
            do throws(TraceError) {
              let thread = Held(try TracedThread(seizing: id))
              held.append(thread)
              _ = try thread.thread.interrupt(until: deadline)
            } catch .gone {
              // A thread may end at any time.
              continue
            }
          }
        }
      } catch {
        letGo()
        throw error
      }
      if held.isEmpty { throw .gone }
    }

    /// Lets every thread go on; how long they were stopped.
    @discardableResult
    func letGo() -> Duration {
      for one in held { try? one.thread.detach() }
      held = []
      return begin.duration(to: .now)
    }

    deinit { letGo() }
  }
#endif
