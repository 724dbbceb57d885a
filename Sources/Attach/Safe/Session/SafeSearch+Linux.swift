#if os(Linux) && arch(x86_64)
  import CPython
  import TargetProcess

  /// Looks for all of it: in the cache, then by searching.
  struct SafeSearch {
    typealias Obstacle = Examination.Obstacle

    let process: LiveProcess
    let limits: AttachLimits
    let switches: SafeSwitches
    let cache: RuntimeCache
    let tracer = Tracer()
    /// Whether to stop the process where its lists do not hold still.
    var mayStop = true
    var report = SafeReport()
    /// Of the process, once it was looked at.
    private(set) var startTime: UInt64?

    mutating func run() throws(Obstacle) -> SafeTarget {
      if switches.isDisabled { throw refuse(.disabledHere) }
      guard let status = process.status else {
        throw Obstacle(outcome: .gone(.noSuchProcess))
      }
      startTime = status.startTime
      if let startTime = limits.startTime, startTime != status.startTime {
        throw Obstacle(outcome: .gone(.pidReused))
      }
      if let target = try cached(status) { return target }
      let before = Circumstances(process, status)
      try checkState(before)
      let (target, map) = try search(before)
      if !switches.ignoresCache {
        cache.store(
          .init(
            place: target.place, map: map.known, thread: target.thread, circumstances: before,
            owner: Circumstances.owner(ofProcess: process.pid)),
          for: .init(pid: process.pid, startTime: status.startTime))
      }
      return try checked(target)
    }

    /// What the last attach found, if it holds.
    private mutating func cached(_ status: ProcessStatus) throws(Obstacle) -> SafeTarget? {
      guard !switches.ignoresCache, !status.isOver, !status.isStopped else { return nil }
      let key = RuntimeCache.Key(pid: process.pid, startTime: status.startTime)
      guard let entry = cache.entry(key) else { return nil }
      let begin = ContinuousClock.now
      defer { report.times.cacheProbe = begin.duration(to: .now) }
      if entry.owner == Circumstances.owner(ofProcess: process.pid),
        let target = probe(entry, entry.circumstances)
      {
        return try checked(target)
      }
      cache.forget(key)
      return nil
    }

    private func checkState(_ before: Circumstances) throws(Obstacle) {
      if before.status.isOver {
        // Threads that outlive the first one keep the process.
        throw process.hasEnded(since: before.status.startTime)
          ? Obstacle(outcome: .gone(.zombie)) : refuse(.mainThreadGone)
      }
      // Only the first thread is known by the number of its process.
      if !process.hasThread(process.pid), before.process != before.pid {
        throw Obstacle(outcome: .unsupported(.thread(of: before.process)))
      }
      if before.status.isStopped, before.tracer == 0 { throw Obstacle(outcome: .refused(.stopped)) }
    }

    func refuse(_ refusal: SafeRefusal) -> Obstacle {
      Obstacle(outcome: .refused(.safe(refusal)))
    }

    // MARK: Cache

    private mutating func probe(_ entry: RuntimeCache.Entry, _ before: Circumstances) -> SafeTarget?
    {
      let count = entry.place.header.count
      guard (try? process.memory.read(at: entry.place.address, count: count)) == entry.place.header
      else { return nil }
      describe(entry.place)
      let walk = walk(entry.place, RememberedMap(entry.map, of: process), before)
      let chain = ProviderChain(
        deciding: [CacheProvider(known: entry.thread)],
        answering: answering(entry.place))
      report.providers = chain.run(walk)
      guard let thread = report.providers.first?.thread else { return nil }
      return target(before, entry.place, walk, thread)
    }

    // MARK: Search

    private mutating func search(
      _ before: Circumstances
    ) throws(Obstacle) -> (SafeTarget, GrowingMap) {
      let map: GrowingMap
      var times = RuntimePlace.Times()
      let begin = ContinuousClock.now
      do throws(ProcessAccessError) {
        map = try GrowingMap(of: process)
      } catch {
        throw Examination.obstacle(error, before, "read /proc/\(process.pid)/maps")
      }
      let mapTime = begin.duration(to: .now)
      let place: RuntimePlace
      do throws(RuntimePlace.Failure) {
        place = try RuntimePlace.find(in: process, map, &times)
      } catch {
        throw obstacle(error, before, map.known)
      }
      report.times.module = mapTime + times.module
      report.times.slab = times.slab
      describe(place)
      let walk = walk(place, map, before)
      var chain = ProviderChain(
        deciding: [TableWalkProvider(head: place.firstInterpreter)], answering: answering(place))
      if switches.allowsExportFallback { chain.fallback = [export(place)] }
      report.providers += chain.run(walk)
      let decided = report.providers.last { $0.provider == .tableWalk }
      report.times.walk = decided?.time
      report.times.infer = report.providers.first { $0.provider == .inference }?.time
      let thread: FoundThread
      if let found = decided?.thread {
        thread = found
      } else {
        thread = try searchStopped(walk, decided?.failure, before)
      }
      guard let target = target(before, place, walk, thread) else {
        throw refuse(.unknownSeries(place.offsets.version))
      }
      return (target, map)
    }

    /// Lists that change all the time hold still for a stopped target.
    private func searchStopped(
      _ walk: ThreadWalk, _ failure: ThreadSearchError?, _ before: Circumstances
    ) throws(Obstacle) -> FoundThread {
      var failure = failure ?? .noInterpreter
      switch failure {
      case .unreadable(let error) where error.isFinal: break
      case _ where !mayStop: break
      default:
        if let stop = try? StoppedThreads(of: process, tracer, until: .now + limits.stop) {
          defer { stop.letGo() }
          do throws(ThreadSearchError) {
            return try walk.find()
          } catch {
            failure = error
          }
        }
      }
      throw obstacle(failure, before)
    }

    private func checked(_ target: SafeTarget) throws(Obstacle) -> SafeTarget {
      if target.thread.remoteDebuggingEnabled == 0 {
        throw refuse(.switchedOff(SwitchOrigin.of(process)))
      }
      return target
    }
  }

  extension ProcessAccessError {
    /// Whether trying again changes nothing.
    var isFinal: Bool {
      switch self {
      case .gone, .notPermitted: true
      case .badAddress, .failed: false
      }
    }
  }
#endif
