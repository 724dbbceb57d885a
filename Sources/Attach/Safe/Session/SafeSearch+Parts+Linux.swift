#if os(Linux) && arch(x86_64)
  import CPython
  import ObjectFile
  import TargetProcess

  extension SafeSearch {
    func walk(
      _ place: RuntimePlace, _ map: any MemoryRegions, _ before: Circumstances
    ) -> ThreadWalk {
      let ids = ThreadIDs(pid: process.pid, circumstances: before)
      let pid = UInt64(clamping: process.pid)
      return ThreadWalk(
        reader: StateReader(
          memory: process.memory, space: AddressSpace(map: map), offsets: place.state,
          support: place.support,
          runtime: place.address),
        // That the first thread lives was seen just now. Its own number of itself is another one in
        // a pid namespace of its own, which takes longer to find out.
        isAlive: {
          $0 == pid || $0 == UInt64(clamping: ids.innerPID) || ids.outer($0) != nil
        },
        firstThread: UInt64(clamping: before.innerPID))
    }

    func target(
      _ before: Circumstances, _ place: RuntimePlace, _ walk: ThreadWalk, _ thread: FoundThread
    ) -> SafeTarget? {
      guard let bits = place.offsets.version.series.release?.evalBreaker else { return nil }
      return SafeTarget(
        process: process, startTime: before.status.startTime,
        ids: ThreadIDs(pid: process.pid, circumstances: before), circumstances: before,
        place: place, walk: walk, thread: thread, bits: bits, tracer: tracer)
    }

    mutating func describe(_ place: RuntimePlace) {
      report.version = "\(place.offsets.version)"
      report.isFreeThreaded = place.offsets.isFreeThreaded
      report.runtimeAddress = place.address
      report.locatedBy = place.way
    }

    func answering(_ place: RuntimePlace) -> [any ThreadProvider] {
      var providers: [any ThreadProvider] = []
      if switches.asksInference {
        let size = place.offsets.layout.tableSize
        let table = (try? process.memory.read(at: place.address, count: size)) ?? []
        providers.append(InferenceProvider(table: table))
      }
      if switches.asksHeuristic { providers.append(HeuristicProvider()) }
      if switches.allowsExport { providers.append(export(place)) }
      return providers
    }

    func export(_ place: RuntimePlace) -> ExportProvider {
      let mapped = (try? process.memoryMap())?.files.first { $0.file.isSame(as: place.file) }
      guard let mapped, let file = try? process.image(of: mapped).elf(mapped: mapped),
        let bias = file.loadBiases(mapped.mappings).first,
        let symbol = try? file.symbol(named: "_PyThreadState_Current")
      else { return ExportProvider(address: nil) }
      return ExportProvider(address: symbol.value &+ bias)
    }

    func obstacle(
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
        if !before.hasMemory, !process.hasEnded(since: before.status.startTime) {
          return Obstacle(outcome: .unsupported(.kernelThread))
        }
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

    func obstacle(_ failure: ThreadSearchError, _ before: Circumstances) -> Obstacle {
      switch failure {
      case .unreadable(let error) where error.isFinal:
        return Examination.obstacle(error, before, "read its memory")
      case .mainThreadGone: return refuse(.mainThreadGone)
      default: return refuse(.stateDamaged(failure))
      }
    }
  }
#endif
