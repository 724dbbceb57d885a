#if os(Linux)
  import CPython
  import TargetProcess

  /// Where a process has `_PyRuntime`, and its table.
  struct RuntimePlace: Sendable {
    var address: UInt64
    /// As the target sees it.
    var path: String
    /// The path, device and inode of the file, to tell code of the interpreter from other code.
    var file: MemoryRegion.File
    var way: String
    /// The table as it is in memory, checked.
    var offsets: DebugOffsets
    var state: StateOffsets
    var support: DebuggerSupport
    /// The first bytes of the table, by which it is known again.
    var header: [UInt8]
    /// What the list of interpreters began with when the table was read.
    var firstInterpreter: UInt64?

    enum Failure: Error {
      case notPython
      /// CPython is there, and is older than safe attach.
      case old(series: String?)
      case table(DebugOffsetsError)
      case access(ProcessAccessError)
    }

    /// How long the two parts of the search took.
    struct Times: Hashable, Sendable {
      var module: Duration = .zero
      var slab: Duration = .zero
    }

    /// Any mapped file counts that has a part which may be run; likely names come first, and are looked
    /// at as soon as the map was read as far as them.
    static func find(
      in process: LiveProcess, _ map: GrowingMap, _ times: inout Times
    ) throws(Failure) -> RuntimePlace {
      var search = RuntimeSearch(process: process, map: map, times: times)
      defer { times = search.times }
      return try search.run()
    }
  }

  extension MemoryRegion.File {
    /// Whether the last component of its path has `python` in it.
    var isLikelyPython: Bool { nameContains("python") }
  }
#endif
