#if os(Linux) && arch(x86_64)
  import TargetProcess

  /// A request that was written for one thread or for several, until it is taken or taken back.
  ///
  /// Whoever takes it runs the same script, which runs once: see `claim` in ``ExchangeDirectory``.
  struct SafeRequest {
    typealias Obstacle = Examination.Obstacle

    let target: SafeTarget
    /// Of the script, as the target sees it.
    let path: [UInt8]
    let stopLimit: Duration
    private(set) var others: [FoundThread] = []

    init(_ target: SafeTarget, path: [UInt8], stopLimit: Duration) {
      self.target = target
      self.path = path
      self.stopLimit = stopLimit
    }

    private func writer(_ thread: FoundThread, isStopped: Bool) -> RequestWriter {
      RequestWriter(
        reader: target.walk.reader, thread: thread, bits: target.bits, isStopped: isStopped,
        isAbandoned: { ExchangeDirectory.isAbandoned(String(decoding: $0, as: UTF8.self)) })
    }

    // MARK: Writing

    func write() throws(WriteFailure) -> WriteReport {
      if target.mayRunWhileWritten {
        return try writer(target.thread, isStopped: false).write(path)
      }
      // The state of a thread that ends meanwhile is given back, so nothing may run meanwhile.
      let stop: StoppedThreads
      do throws(TraceError) {
        stop = try StoppedThreads(
          of: target.process, target.tracer, until: .now + stopLimit)
      } catch {
        throw WriteFailure(
          step: .check, cause: .access(error.access(target.process.pid)), remains: .nothing,
          report: WriteReport())
      }
      defer { stop.letGo() }
      let thread: FoundThread
      do throws(ThreadSearchError) {
        thread = try target.walk.find()
      } catch {
        throw WriteFailure(
          step: .check, cause: .changed(error), remains: .nothing, report: WriteReport())
      }
      guard thread.address == target.thread.address else {
        throw WriteFailure(
          step: .check, cause: .changed(.mainThreadGone), remains: .nothing, report: WriteReport())
      }
      var report = try writer(thread, isStopped: true).write(path)
      report.pause = stop.letGo()
      return report
    }

    /// Writes the same request for other threads of the main interpreter.
    ///
    /// - Returns: the kernel's ids of the threads that got it.
    mutating func writeForOthers(
      where isWanted: (Int32) -> Bool, limit: Int
    ) throws(TraceError) -> [Int32] {
      let stop = try StoppedThreads(
        of: target.process, target.tracer, until: .now + stopLimit)
      defer { stop.letGo() }
      guard let (interpreter, _) = try? target.walk.mainInterpreter(),
        let threads = try? target.walk.threads(of: interpreter)
      else { return [] }
      var written: [Int32] = []
      for state in threads where state.address != target.thread.address && written.count < limit {
        guard let id = target.ids.outer(state.nativeID), isWanted(id) else { continue }
        let thread = FoundThread(
          address: state.address, interpreter: interpreter.address, nativeID: state.nativeID,
          isMain: false, isStatic: target.walk.reader.isStatic(thread: state.address),
          candidates: threads.count, interpreters: target.thread.interpreters,
          remoteDebuggingEnabled: interpreter.remoteDebuggingEnabled)
        guard (try? writer(thread, isStopped: true).write(path)) != nil else { continue }
        others.append(thread)
        written.append(id)
      }
      return written
    }

    // MARK: Looking and taking back

    /// Whether the main thread has not taken it.
    func isPending() throws(WriteFailure.Cause) -> Bool {
      try writer(target.thread, isStopped: false).isPending(path)
    }

    /// The path that is where ours was.
    func currentPath() -> [UInt8]? {
      try? writer(target.thread, isStopped: false).path()
    }

    /// Takes back whatever of it was not taken.
    mutating func cancel() {
      if target.mayRunWhileWritten, others.isEmpty {
        _ = try? writer(target.thread, isStopped: false).cancel(path)
        return
      }
      guard
        let stop = try? StoppedThreads(
          of: target.process, target.tracer, until: .now + stopLimit)
      else {
        return
      }
      defer { stop.letGo() }
      guard let (interpreter, _) = try? target.walk.mainInterpreter(),
        let threads = try? target.walk.threads(of: interpreter)
      else { return }
      let living = Set(threads.map(\.address))
      for thread in others + [target.thread] where living.contains(thread.address) {
        _ = try? writer(thread, isStopped: true).cancel(path)
      }
      others = []
    }
  }

  extension TraceError {
    func access(_ pid: Int32) -> ProcessAccessError {
      switch self {
      case .gone: .gone(pid: pid)
      case .refused(let operation, let errno) where errno == 1 || errno == 13:
        .notPermitted(pid: pid, errno: errno, what: "stop it (\(operation))")
      case .refused(let operation, let errno):
        .failed(pid: pid, errno: errno, what: "stop it (\(operation))")
      case .timedOut, .unexpected: .failed(pid: pid, errno: 110, what: "stop it (\(self))")
      }
    }
  }
#endif
