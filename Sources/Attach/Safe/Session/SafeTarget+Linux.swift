#if os(Linux) && arch(x86_64)
  import CPython
  import TargetProcess

  /// A process in which everything was found that a request needs. Nothing was written yet.
  struct SafeTarget {
    let process: LiveProcess
    let startTime: UInt64
    let ids: ThreadIDs
    let circumstances: Circumstances
    let place: RuntimePlace
    let walk: ThreadWalk
    let thread: FoundThread
    let bits: EvalBreakerBits
    let tracer: Tracer

    /// The user and group by which it opens files.
    var fileOwner: (user: UInt32, group: UInt32) { circumstances.fileOwner }

    /// All of its memory, as it is now.
    var currentMap: MemoryMap { (try? process.memoryMap()) ?? MemoryMap([]) }

    /// Where `_PyRuntime` is, with the GIL and the first states in it.
    var runtime: Range<UInt64> {
      place.address..<(place.address &+ place.state.runtimeSize)
    }

    /// Whether the injector may be used on this build as well.
    var allowsInjector: Bool {
      place.offsets.version.series.release?.attachMethods(place.offsets.abiFlags).contains(.inject)
        ?? false
    }

    /// Whether a request may be written while the target runs: the memory cannot be given back, and
    /// no event can be lost.
    var mayRunWhileWritten: Bool { thread.isStatic && !place.offsets.isFreeThreaded }
  }
#endif
