#if os(Linux) && arch(x86_64)
  import CPython
  import ObjectFile
  import TargetProcess

  /// A process in which everything was found that a request needs. Nothing was written yet.
  struct SafeTarget {
    let process: LiveProcess
    let startTime: UInt64
    let ids: ThreadIDs
    let fileOwner: (user: UInt32, group: UInt32)
    let circumstances: Circumstances
    let map: MemoryMap
    let place: RuntimePlace
    let walk: ThreadWalk
    let thread: FoundThread
    let bits: BreakerBits

    /// Where `_PyRuntime` is, with the GIL and the first states in it.
    var runtime: Range<UInt64> {
      place.address..<(place.address &+ place.state.runtimeSize)
    }

    /// Whether a request may be written while the target runs: the memory cannot be given back, and
    /// no event can be lost.
    var mayRunWhileWritten: Bool { thread.isStatic && !place.offsets.isFreeThreaded }
  }

  /// Looks for all of it: in the cache, then by searching.
  struct SafeSearch {
    typealias Obstacle = Examination.Obstacle

    let process: LiveProcess
    let limits: AttachLimits
    let switches: SafeSwitches
    let cache: RuntimeCache
    var report = SafeReport()
    /// Of the process, once it was looked at.
    private(set) var startTime: UInt64?

    mutating func run() throws(Obstacle) -> SafeTarget {
      if switches.isDisabled { throw refuse(.disabledHere) }
      if let target = try cached() { return target }
      guard let before = Circumstances(process) else {
        throw Obstacle(outcome: .gone(.noSuchProcess))
      }
      startTime = before.status.startTime
      if let startTime = limits.startTime, startTime != before.status.startTime {
        throw Obstacle(outcome: .gone(.pidReused))
      }
      try checkState(before)
      let target = try search(before)
      cache.store(
        .init(
          place: target.place, map: target.map, thread: target.thread, circumstances: before,
          owner: Circumstances.owner(ofProcess: process.pid)),
        for: .init(pid: process.pid, startTime: before.status.startTime))
      return try checked(target)
    }

    /// What the last attach found, if it holds.
    private mutating func cached() throws(Obstacle) -> SafeTarget? {
      guard !switches.ignoresCache, let status = process.status, !status.isZombie,
        !status.isStopped, limits.startTime ?? status.startTime == status.startTime
      else { return nil }
      startTime = status.startTime
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
      if before.status.isZombie {
        // Threads that outlive the first one keep the process.
        throw process.hasEnded(since: before.status.startTime)
          ? Obstacle(outcome: .gone(.zombie)) : refuse(.mainThreadGone)
      }
      if before.process != before.pid {
        throw Obstacle(outcome: .unsupported(.thread(of: before.process)))
      }
      if !before.hasMemory { throw Obstacle(outcome: .unsupported(.kernelThread)) }
      if before.status.isStopped, before.tracer == 0 { throw Obstacle(outcome: .refused(.stopped)) }
    }

    private func refuse(_ refusal: SafeRefusal) -> Obstacle {
      Obstacle(outcome: .refused(.safe(refusal)))
    }

    // MARK: Cache

    private mutating func probe(_ entry: RuntimeCache.Entry, _ before: Circumstances) -> SafeTarget?
    {
      let count = entry.place.header.count
      guard (try? process.memory.read(at: entry.place.address, count: count)) == entry.place.header
      else { return nil }
      describe(entry.place)
      let walk = walk(entry.place, entry.map, before)
      let chain = ProviderChain(
        deciding: [CacheProvider(known: entry.thread)],
        answering: answering(entry.place, entry.map))
      report.providers = chain.run(walk)
      guard let thread = report.providers.first?.thread else { return nil }
      return target(before, entry.map, entry.place, walk, thread)
    }

    // MARK: Search

    private mutating func search(_ before: Circumstances) throws(Obstacle) -> SafeTarget {
      let map: MemoryMap
      var times = RuntimePlace.Times()
      let begin = ContinuousClock.now
      do throws(ProcessAccessError) {
        map = try process.memoryMap()
      } catch {
        throw Examination.obstacle(error, before, "read /proc/\(process.pid)/maps")
      }
      let mapTime = begin.duration(to: .now)
      let place: RuntimePlace
      do throws(RuntimePlace.Failure) {
        place = try RuntimePlace.find(in: process, map, &times)
      } catch {
        throw obstacle(error, before, map)
      }
      report.times.module = mapTime + times.module
      report.times.slab = times.slab
      describe(place)
      let walk = walk(place, map, before)
      var chain = ProviderChain(deciding: [TableWalkProvider()], answering: answering(place, map))
      if switches.allowsExportFallback { chain.fallback = [export(place, map)] }
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
      guard let target = target(before, map, place, walk, thread) else {
        throw refuse(.unknownSeries(place.offsets.version))
      }
      return target
    }

    /// Lists that change all the time hold still for a stopped target.
    private func searchStopped(
      _ walk: ThreadWalk, _ failure: ThreadSearchError?, _ before: Circumstances
    ) throws(Obstacle) -> FoundThread {
      var failure = failure ?? .noInterpreter
      switch failure {
      case .unreadable(let error) where error.isFinal: break
      default:
        if let stop = try? StoppedThreads(of: process, until: .now + limits.stop) {
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

  extension SafeSearch {
    private func walk(_ place: RuntimePlace, _ map: MemoryMap, _ before: Circumstances)
      -> ThreadWalk
    {
      let ids = ThreadIDs(pid: process.pid, innerPID: before.innerPID)
      return ThreadWalk(
        reader: StateReader(
          memory: process.memory, space: AddressSpace(map: map), offsets: place.state,
          runtime: place.address),
        // That the first thread lives was seen just now.
        isAlive: { $0 == UInt64(clamping: ids.innerPID) || ids.outer($0) != nil },
        firstThread: UInt64(clamping: before.innerPID))
    }

    private func target(
      _ before: Circumstances, _ map: MemoryMap, _ place: RuntimePlace, _ walk: ThreadWalk,
      _ thread: FoundThread
    ) -> SafeTarget? {
      guard let bits = BreakerBits(place.offsets.version.series) else { return nil }
      return SafeTarget(
        process: process, startTime: before.status.startTime,
        ids: ThreadIDs(pid: process.pid, innerPID: before.innerPID), fileOwner: before.fileOwner,
        circumstances: before, map: map, place: place, walk: walk, thread: thread, bits: bits)
    }

    private mutating func describe(_ place: RuntimePlace) {
      report.version = "\(place.offsets.version)"
      report.isFreeThreaded = place.offsets.isFreeThreaded
      report.runtimeAddress = place.address
      report.locatedBy = place.way
    }

    private func answering(_ place: RuntimePlace, _ map: MemoryMap) -> [any ThreadProvider] {
      var providers: [any ThreadProvider] = []
      if switches.asksInference {
        let size = place.offsets.layout.tableSize
        let table = (try? process.memory.read(at: place.address, count: size)) ?? []
        providers.append(InferenceProvider(table: table))
      }
      if switches.asksHeuristic { providers.append(HeuristicProvider()) }
      if switches.allowsExport { providers.append(export(place, map)) }
      return providers
    }

    private func export(_ place: RuntimePlace, _ map: MemoryMap) -> ExportProvider {
      let mapped = map.files.first {
        $0.file.inode == place.file.inode && $0.file.device == place.file.device
      }
      guard let mapped, let file = try? process.image(of: mapped).elf(mapped: mapped),
        let bias = file.loadBiases(mapped.mappings).first,
        let symbol = try? file.symbol(named: "_PyThreadState_Current")
      else { return ExportProvider(address: nil) }
      return ExportProvider(address: symbol.value &+ bias)
    }

    private func obstacle(
      _ failure: RuntimePlace.Failure, _ before: Circumstances, _ map: MemoryMap
    ) -> Obstacle {
      switch failure {
      case .access(let error): return Examination.obstacle(error, before, "read its memory")
      case .old(let series):
        return Obstacle(outcome: .unsupported(.version("CPython \(series ?? "before 3.14")")))
      case .table(.unknownSeries(let version)): return refuse(.unknownSeries(version))
      case .table(.preRelease(let version)): return refuse(.preRelease(version))
      case .table(let error): return refuse(.tableDamaged(error))
      case .notPython:
        // That there is no CPython is said only of memory that may be read.
        if let region = map.regions.first(where: \.isReadable) {
          do throws(ProcessAccessError) {
            _ = try process.memory.read(at: region.start, count: 16)
          } catch {
            return Examination.obstacle(error, before, "read its memory")
          }
        }
        return Examination.notPython(process, before)
      }
    }

    private func obstacle(_ failure: ThreadSearchError, _ before: Circumstances) -> Obstacle {
      switch failure {
      case .unreadable(let error) where error.isFinal:
        return Examination.obstacle(error, before, "read its memory")
      case .mainThreadGone: return refuse(.mainThreadGone)
      default: return refuse(.stateDamaged(failure))
      }
    }
  }

  extension ProcessAccessError {
    /// Whether trying again changes nothing.
    fileprivate var isFinal: Bool {
      switch self {
      case .gone, .notPermitted: true
      case .badAddress, .failed: false
      }
    }
  }
#endif
