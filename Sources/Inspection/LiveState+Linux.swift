#if os(Linux)
  import CPython
  import ObjectFile
  import TargetProcess

  extension LiveState {
    /// Longer lists of interpreters are taken for damaged ones.
    private static let mostInterpreters = 1024

    /// Reads what a process has; what cannot be read is left out and told.
    init(_ runtime: LiveRuntime, notes: inout [String]) {
      imageWay = runtime.way.rawValue
      loadBias = runtime.loadBias
      runtimeAddress = runtime.address
      interpreters = []
      guard let address = runtime.address else { return }
      do {
        let memory = runtime.process.memory
        let bytes = try memory.read(at: address, count: DebugOffsetsFormat.largestTable)
        guard bytes.starts(with: DebugOffsetsHeader.cookie) else {
          if case .none = runtime.image.table { return }
          notes.append("the table of the file is not in memory at \(address.hexadecimal)")
          table = ImageRuntime.Table.none
          return
        }
        let offsets = try DebugOffsets(parsing: bytes)
        table = .present(offsets)
        tableIsThatOfFile = runtime.holdsSameTable(bytes, size: offsets.layout.tableSize)
        try read(offsets, at: address, in: memory, notes: &notes)
      } catch let error as DebugOffsetsError {
        table = .refused(error)
      } catch {
        notes.append("live values are missing: \(error)")
      }
    }

    private mutating func read(
      _ offsets: DebugOffsets, at runtime: UInt64, in memory: ProcessMemory,
      notes: inout [String]
    ) throws(ProcessAccessError) {
      func place(_ base: UInt64, _ name: String) -> UInt64? { offsets[name].map { base &+ $0 } }
      func word(_ base: UInt64, _ name: String) throws(ProcessAccessError) -> UInt64? {
        guard let place = place(base, name) else { return nil }
        return try memory.number(at: place)
      }
      isFinalizing = try word(runtime, "runtime_state.finalizing") != 0
      var next = try word(runtime, "runtime_state.interpreters_head") ?? 0
      var seen: Set<UInt64> = []
      while next != 0 {
        guard next.isMultiple(of: 8), seen.insert(next).inserted,
          seen.count <= Self.mostInterpreters
        else {
          notes.append("the list of interpreters does not end or is damaged")
          return
        }
        var enabled: Int32?
        if let place = place(next, "debugger_support.remote_debugging_enabled") {
          enabled = try memory.number(at: place)
        }
        let id = try word(next, "interpreter_state.id") ?? 0
        interpreters.append(
          Interpreter(
            address: next, id: Int64(bitPattern: id), remoteDebuggingEnabled: enabled,
            threadsHead: try word(next, "interpreter_state.threads_head") ?? 0,
            threadsMain: try word(next, "interpreter_state.threads_main")))
        next = try word(next, "interpreter_state.next") ?? 0
      }
      if interpreters.isEmpty {
        notes.append("CPython is loaded and has no interpreter: not initialized yet, or ended")
      }
    }
  }

  extension LiveRuntime {
    fileprivate func holdsSameTable(_ bytes: [UInt8], size: Int) -> Bool? {
      guard way != .memory, let location = image.location,
        let stored = try? image.image.bytes(atAddress: location.address, count: size)
      else { return nil }
      return stored.bytes.elementsEqual(bytes.prefix(size))
    }
  }
#endif
