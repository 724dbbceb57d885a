#if os(Linux)
  import Synchronization
  import TargetProcess

  /// What was found in processes, by pid and start time, which name a process for good.
  ///
  /// Lives as long as this program. Nothing of it is used before it was looked at again.
  final class RuntimeCache: Sendable {
    struct Key: Hashable {
      var pid: Int32
      var startTime: UInt64
    }

    struct Entry: Sendable {
      var place: RuntimePlace
      /// As much of it as was looked at.
      var map: MemoryMap
      var thread: FoundThread
      var circumstances: Circumstances
      /// Of `/proc/PID`: changes with the process's user.
      var owner: UInt32?
    }

    static let shared = RuntimeCache()

    private let entries = Mutex<[Key: Entry]>([:])
    private static let capacity = 256

    func entry(_ key: Key) -> Entry? { entries.withLock { $0[key] } }

    func store(_ entry: Entry, for key: Key) {
      entries.withLock { entries in
        if entries.count >= Self.capacity { entries.removeAll() }
        entries[key] = entry
      }
    }

    func forget(_ key: Key) { entries.withLock { _ = $0.removeValue(forKey: key) } }
  }
#endif
