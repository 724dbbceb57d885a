import CPython
import ObjectFile
import PythonRuntime
import TargetProcess

/// A runtime whose functions can be called from outside.
struct CallableRuntime: Sendable {
  var located: LocatedRuntime
  var functions: RuntimeFunctions
  var isFreeThreaded: Bool
  /// The first bytes of `Py_AddPendingCall`, by which the program is known again.
  var beginning: [UInt8]

  /// - Returns: nil when no mapped file is CPython.
  static func find(
    in process: LiveProcess, _ map: MemoryMap
  ) -> Result<CallableRuntime, Unsupported>? {
    var version: Unsupported?
    for candidate in RuntimeCandidates(in: process, map) {
      // What has no symbols has no functions to call.
      if candidate.scans { break }
      switch examine(candidate, in: process) {
      case .success(let runtime)?: return .success(runtime)
      case .failure(let unsupported)?: version = unsupported
      case nil: continue
      }
    }
    return version.map { .failure($0) }
  }

  private static func examine(
    _ candidate: RuntimeCandidate, in process: LiveProcess
  ) -> Result<CallableRuntime, Unsupported>? {
    guard let located = candidate.runtime, let file = candidate.elf else { return nil }
    // Python 2 has most functions of the same names.
    if (try? file.symbol(named: "Py_AddPendingCall")) != nil,
      (try? file.symbol(named: "PyModule_Create2")) == nil
    {
      return .failure(.version("Python 2"))
    }
    let name = located.name
    guard
      let functions = try? RuntimeFunctions(
        file, loadBias: located.loadBias, minor: name?.series.minor),
      let beginning = try? process.memory.read(at: functions.addPendingCall, count: 16)
    else { return nil }
    if let name, !name.isSupported { return .failure(.version("CPython \(name.series)")) }
    let isFreeThreaded =
      name?.abiFlags.contains(.freeThreaded) ?? false || isFreeThreaded(located, process.memory)
    return .success(
      CallableRuntime(
        located: located, functions: functions, isFreeThreaded: isFreeThreaded,
        beginning: beginning))
  }

  /// What the table of offsets says, with which every runtime begins from 3.13 on.
  private static func isFreeThreaded(_ runtime: LocatedRuntime, _ memory: ProcessMemory) -> Bool {
    guard let address = runtime.address,
      let start = try? memory.read(at: address, count: DebugOffsetsHeader.size),
      start.starts(with: DebugOffsetsHeader.cookie)
    else { return false }
    return start[16] == 1
  }
}

/// The functions of CPython's C API that the injector calls, as addresses in the target.
///
/// Every CPython from 3.5 to 3.15 exports them, from the executable or from its library.
struct RuntimeFunctions: Hashable, Sendable {
  var isInitialized: UInt64
  var addPendingCall: UInt64
  var ensure: UInt64
  var release: UInt64
  var holdsGIL: UInt64
  var thisThreadState: UInt64
  var builtins: UInt64
  var compile: UInt64
  var evaluate: UInt64
  var newDictionary: UInt64
  var item: UInt64
  var setItem: UInt64
  var typeOf: UInt64
  var increaseReferences: UInt64
  var decreaseReferences: UInt64
  var fetchError: UInt64
  var normalizeError: UInt64
  var setTraceback: UInt64
  var setError: UInt64
  var clearError: UInt64
  var checkSignals: UInt64
  /// Where CPython works on its list of pending calls, or on a lock: no place to be called at.
  var guarded: [Range<UInt64>]

  private static let required = [
    "Py_IsInitialized",
    "Py_AddPendingCall",
    "PyGILState_Ensure",
    "PyGILState_Release",
    "PyGILState_Check",
    "PyGILState_GetThisThreadState",
    "PyEval_GetBuiltins",
    "Py_CompileString",
    "PyEval_EvalCode",
    "PyDict_New",
    "PyDict_GetItemString",
    "PyDict_SetItemString",
    "PyObject_Type",
    "Py_IncRef",
    "Py_DecRef",
    "PyErr_Fetch",
    "PyErr_NormalizeException",
    "PyException_SetTraceback",
    "PyErr_SetObject",
    "PyErr_Clear",
    "PyErr_CheckSignals",
  ]

  /// Functions that change the list, or a lock. `make_pending_calls` is there only in a file that
  /// keeps its full table of symbols.
  private static func unquiet(minor: Int?) -> [String] {
    let always = [
      "Py_AddPendingCall", "_PyEval_AddPendingCall", "Py_MakePendingCalls", "make_pending_calls",
      "PyThread_acquire_lock", "PyThread_acquire_lock_timed", "PyThread_release_lock",
    ]
    let mutexes = [
      "_PyEval_MakePendingCalls", "PyMutex_Lock", "PyMutex_Unlock", "_PyMutex_LockTimed",
      "_PyParkingLot_Park", "_PyParkingLot_Unpark",
    ]
    return always + (minor.map { $0 < 12 } ?? false ? [] : mutexes)
  }

  /// Nil when the file is no CPython.
  ///
  /// - Parameter minor: of its version, if that is known.
  init?(_ file: ELFFile, loadBias: UInt64, minor: Int?) throws(ObjectFileError) {
    var addresses: [UInt64] = []
    for name in Self.required {
      guard let symbol = try file.symbol(named: name), symbol.kind == .function else {
        return nil
      }
      addresses.append(symbol.value &+ loadBias)
    }
    isInitialized = addresses[0]
    addPendingCall = addresses[1]
    ensure = addresses[2]
    release = addresses[3]
    holdsGIL = addresses[4]
    thisThreadState = addresses[5]
    builtins = addresses[6]
    compile = addresses[7]
    evaluate = addresses[8]
    newDictionary = addresses[9]
    item = addresses[10]
    setItem = addresses[11]
    typeOf = addresses[12]
    increaseReferences = addresses[13]
    decreaseReferences = addresses[14]
    fetchError = addresses[15]
    normalizeError = addresses[16]
    setTraceback = addresses[17]
    setError = addresses[18]
    clearError = addresses[19]
    checkSignals = addresses[20]
    var guarded: [Range<UInt64>] = []
    for symbol in try file.firstSymbols(named: Self.unquiet(minor: minor)) {
      guard let symbol, symbol.size > 0 else { continue }
      let start = symbol.value &+ loadBias
      guarded.append(start..<(start &+ symbol.size))
    }
    self.guarded = guarded
  }
}
