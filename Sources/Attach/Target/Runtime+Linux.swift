#if os(Linux)
  import CPython
  import ObjectFile
  import TargetProcess

  /// CPython inside a process.
  struct Runtime: Sendable {
    var module: RuntimeModule
    var functions: RuntimeFunctions
    var isFreeThreaded: Bool
    /// The first bytes of `Py_AddPendingCall`, by which the program is known again.
    var beginning: [UInt8]

    /// Looks through the files that a process has mapped, the likely names first.
    ///
    /// - Returns: nil when none of them is CPython.
    static func find(in process: LiveProcess, _ map: MemoryMap) -> Result<Runtime, Unsupported>? {
      let files = map.files.filter(\.isExecutable)
      let likely = files.filter { $0.file.path.lastName.contains("python") }
      let others = files.filter { !$0.file.path.lastName.contains("python") }
      var version: Unsupported?
      for file in likely + others {
        switch examine(file, in: process) {
        case .success(let runtime)?: return .success(runtime)
        case .failure(let unsupported)?: version = unsupported
        case nil: continue
        }
      }
      return version.map { .failure($0) }
    }

    private static func examine(
      _ mapped: MappedFile, in process: LiveProcess
    ) -> Result<Runtime, Unsupported>? {
      let image = process.image(of: mapped)
      let pageSize: UInt64 = 4096
      let name = ModuleName(mapped.file.path)
      guard let file = try? image.elf(mapped: mapped) else { return nil }
      // It has most functions of the same names.
      if (try? file.symbol(named: "Py_AddPendingCall")) != nil,
        (try? file.symbol(named: "PyModule_Create2")) == nil
      {
        return .failure(.version("Python 2"))
      }
      guard
        let bias = file.loadBiases(mapped.mappings, pageSize: pageSize).first,
        let functions = try? RuntimeFunctions(
          file, loadBias: bias, minor: name?.series.minor),
        let beginning = try? process.memory.read(at: functions.addPendingCall, count: 16)
      else { return nil }
      if let name, !name.isSupported {
        return .failure(.version("CPython \(name.series)"))
      }
      let isFreeThreaded =
        name?.abiFlags.contains(.freeThreaded) ?? false
        || freeThreaded(file, loadBias: bias, memory: process.memory)
      return .success(
        Runtime(
          module: RuntimeModule(path: mapped.file.path, name: name, way: image.way.rawValue),
          functions: functions, isFreeThreaded: isFreeThreaded, beginning: beginning))
    }

    /// What the table of offsets says, which every CPython from 3.13 on begins its runtime with.
    private static func freeThreaded(
      _ file: ELFFile, loadBias: UInt64, memory: ProcessMemory
    ) -> Bool {
      guard let symbol = try? file.symbol(named: "_PyRuntime"),
        let start = try? memory.read(at: symbol.value &+ loadBias, count: 24),
        start.starts(with: "xdebugpy".utf8)
      else { return false }
      return start[16] == 1
    }
  }

  extension String {
    /// The last component of a path.
    var lastName: Substring { self[(lastIndex(of: "/").map(index(after:)) ?? startIndex)...] }
  }
#endif
