import CPython
import ObjectFile
import PythonRuntime
import TargetProcess

/// A process in which everything was found that a request needs. Nothing was written yet.
struct SafeTarget {
  let process: LiveProcess
  let startTime: UInt64
  let ids: ThreadIDs
  let credentials: ProcessCredentials
  let runtime: AttachableRuntime
  let walk: ThreadWalk
  let thread: FoundThread
  /// For the thread that uses it.
  var tracer: Tracer

  /// The main thread, by the kernel's id; nil when it has ended.
  var mainID: Int32? { ids.outer(thread.nativeID) }

  /// The user and group by which it opens files.
  var fileOwner: (user: UInt32, group: UInt32) { credentials.fileOwner }

  /// All of its memory, as it is now.
  var currentMap: MemoryMap { (try? process.memoryMap()) ?? MemoryMap([]) }

  /// Where `_PyRuntime` is, with the GIL and the first states in it.
  var runtimeRange: Range<UInt64> {
    runtime.address..<(runtime.address &+ runtime.state.runtimeSize)
  }

  /// Whether the injector may be used on this build as well.
  var allowsInjector: Bool {
    runtime.offsets.version.series.release?.attachEntries(runtime.offsets.abiFlags).contains(
      .inject)
      ?? false
  }

  /// Whether a request may be written while the target runs: the memory cannot be given back, and
  /// no event can be lost.
  var mayRunWhileWritten: Bool { thread.isStatic && !runtime.offsets.isFreeThreaded }
}

/// Looks for all of it: in the cache, then by searching.
struct SafeSearch {
  typealias Obstacle = Preflight.Obstacle

  let process: LiveProcess
  let limits: AttachLimits
  let switches: SafeSwitches
  let cache: RuntimeCache
  let tracer = Tracer()
  /// Whether to stop the process where its lists do not hold still.
  var mayStop = true
  var report = SafeReport()
  /// The process's start time, once it was read.
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
    let before = ProcessCredentials(process, status)
    try checkState(before)
    let (target, map) = try search(before)
    if !switches.ignoresCache {
      cache.store(
        .init(
          runtime: target.runtime, map: map.known, thread: target.thread, credentials: before,
          owner: ProcessCredentials.owner(ofProcess: process.pid)),
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
    if entry.owner == ProcessCredentials.owner(ofProcess: process.pid),
      let target = probe(entry, entry.credentials)
    {
      return try checked(target)
    }
    cache.forget(key)
    return nil
  }

  private func checkState(_ before: ProcessCredentials) throws(Obstacle) {
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

  private mutating func probe(_ entry: RuntimeCache.Entry, _ before: ProcessCredentials)
    -> SafeTarget?
  {
    let count = entry.runtime.header.count
    guard
      (try? process.memory.read(at: entry.runtime.address, count: count)) == entry.runtime.header
    else { return nil }
    describe(entry.runtime)
    let walk = walk(entry.runtime, CachedMemoryMap(entry.map, of: process), before)
    let chain = ProviderChain(
      writable: [CacheProvider(known: entry.thread)],
      diagnostic: diagnosticLocators(entry.runtime))
    report.providers = chain.run(walk)
    guard let thread = report.providers.first?.thread else { return nil }
    return target(before, entry.runtime, walk, thread)
  }

  // MARK: Search

  private mutating func search(
    _ before: ProcessCredentials
  ) throws(Obstacle) -> (SafeTarget, LazyMemoryMap) {
    let map: LazyMemoryMap
    var times = AttachableRuntime.Times()
    let begin = ContinuousClock.now
    do throws(ProcessAccessError) {
      map = try LazyMemoryMap(of: process)
    } catch {
      throw Preflight.obstacle(error, before, "read /proc/\(process.pid)/maps")
    }
    let mapTime = begin.duration(to: .now)
    let runtime: AttachableRuntime
    do throws(AttachableRuntime.Failure) {
      runtime = try AttachableRuntime.find(in: process, map, &times)
    } catch {
      throw obstacle(error, before, map.known)
    }
    report.times.module = mapTime + times.module
    report.times.slab = times.slab
    describe(runtime)
    let walk = walk(runtime, map, before)
    var chain = ProviderChain(
      writable: [TableWalkProvider(head: runtime.firstInterpreter)],
      diagnostic: diagnosticLocators(runtime))
    if switches.allowsExportFallback { chain.fallback = [export(runtime)] }
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
    guard let target = target(before, runtime, walk, thread) else {
      throw refuse(.unknownSeries(runtime.offsets.version))
    }
    return (target, map)
  }

  /// Lists that change all the time hold still for a stopped target.
  private func searchStopped(
    _ walk: ThreadWalk, _ failure: ThreadSearchError?, _ before: ProcessCredentials
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

extension SafeSearch {
  func walk(
    _ runtime: AttachableRuntime, _ map: any MemoryRegions, _ before: ProcessCredentials
  ) -> ThreadWalk {
    let ids = ThreadIDs(pid: process.pid, credentials: before)
    let pid = UInt64(clamping: process.pid)
    return ThreadWalk(
      reader: StateReader(
        memory: process.memory, space: AddressSpace(map: map), offsets: runtime.state,
        runtime: runtime.address),
      // That the first thread lives was seen just now. Its own number of itself is another one in
      // a pid namespace of its own, which takes longer to find out.
      isAlive: {
        $0 == pid || $0 == UInt64(clamping: ids.innerPID) || ids.outer($0) != nil
      },
      firstThread: UInt64(clamping: before.innerPID))
  }

  func target(
    _ before: ProcessCredentials, _ runtime: AttachableRuntime, _ walk: ThreadWalk,
    _ thread: FoundThread
  ) -> SafeTarget? {
    return SafeTarget(
      process: process, startTime: before.status.startTime,
      ids: ThreadIDs(pid: process.pid, credentials: before), credentials: before,
      runtime: runtime, walk: walk, thread: thread, tracer: tracer)
  }

  mutating func describe(_ runtime: AttachableRuntime) {
    report.version = "\(runtime.offsets.version)"
    report.isFreeThreaded = runtime.offsets.isFreeThreaded
    report.runtimeAddress = runtime.address
    report.locatedBy = runtime.located.locatedBy
  }

  func diagnosticLocators(_ runtime: AttachableRuntime) -> [any ThreadProvider] {
    var providers: [any ThreadProvider] = []
    if switches.asksInference {
      let size = runtime.offsets.layout.tableSize
      let table = (try? process.memory.read(at: runtime.address, count: size)) ?? []
      providers.append(InferenceProvider(table: table))
    }
    if switches.asksHeuristic { providers.append(HeuristicProvider()) }
    if switches.allowsExport { providers.append(export(runtime)) }
    return providers
  }

  func export(_ runtime: AttachableRuntime) -> ExportProvider {
    let mapped = (try? process.memoryMap())?.files.first {
      $0.file.isSame(as: runtime.located.file)
    }
    guard let mapped, let file = try? process.image(of: mapped).elf(mapped: mapped),
      let bias = file.loadBiases(mapped.mappings).first,
      let symbol = try? file.symbol(named: "_PyThreadState_Current")
    else { return ExportProvider(address: nil) }
    return ExportProvider(address: symbol.value &+ bias)
  }

  func obstacle(
    _ failure: AttachableRuntime.Failure, _ before: ProcessCredentials, _ map: MemoryMap
  ) -> Obstacle {
    switch failure {
    case .access(let error): return Preflight.obstacle(error, before, "read its memory")
    case .old(let series):
      return Obstacle(outcome: .unsupported(.version("CPython \(series ?? "before 3.14")")))
    case .table(.unknownSeries(let version)): return refuse(.unknownSeries(version))
    case .table(.preRelease(let version)): return refuse(.preRelease(version))
    case .table(let error): return refuse(.tableDamaged(error))
    case .notPython:
      if !before.hasMemory, !process.hasEnded(since: before.status.startTime) {
        return Obstacle(outcome: .unsupported(.kernelThread))
      }
      // That there is no CPython is said only of memory that may be read.
      if let region = map.regions.first(where: \.isReadable) {
        do throws(ProcessAccessError) {
          _ = try process.memory.read(at: region.start, count: 16)
        } catch {
          return Preflight.obstacle(error, before, "read its memory")
        }
      }
      return Preflight.notPython(process, before)
    }
  }

  func obstacle(_ failure: ThreadSearchError, _ before: ProcessCredentials) -> Obstacle {
    switch failure {
    case .unreadable(let error) where error.isFinal:
      return Preflight.obstacle(error, before, "read its memory")
    case .mainThreadGone: return refuse(.mainThreadGone)
    default: return refuse(.stateDamaged(failure))
    }
  }
}
