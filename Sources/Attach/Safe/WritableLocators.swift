import PythonRuntime
import Synchronization
import TargetProcess

/// What the last attach to this process found, if it still holds: a few reads instead of a search.
struct CacheProvider: ThreadProvider {
  let known: FoundThread
  var kind: ProviderKind { .cache }

  func find(_ walk: ThreadWalk) -> ProviderAnswer {
    do throws(ThreadSearchError) {
      let (interpreter, state, _) = try walk.reader.states(
        interpreter: known.interpreter, thread: known.address)
      // The cheapest proof that the state is still the one: the interpreter says so itself. Where
      // it does not, only the list does.
      guard interpreter.id == 0, state.interpreter == known.interpreter,
        state.nativeID == known.nativeID, known.isMain,
        interpreter.threadsMain == known.address, walk.isAlive(known.nativeID)
      else { return ProviderAnswer(kind, looked: "what was known does not hold any more") }
      var thread = known
      thread.remoteDebuggingEnabled = interpreter.remoteDebuggingEnabled ?? 0
      return ProviderAnswer(
        kind, thread: thread, candidates: 1, looked: "the interpreter and the state known before")
    } catch {
      return ProviderAnswer(kind, looked: "what was known does not hold any more: \(error)")
    }
  }
}

/// The walk by the exact layout of the series.
struct TableWalkProvider: ThreadProvider {
  /// The head of the list of interpreters, if it was read just before.
  var head: UInt64?
  var kind: ProviderKind { .tableWalk }

  /// The lists change while they are read, so a failure counts only when it comes again.
  private static let attempts = 3

  func find(_ walk: ThreadWalk) -> ProviderAnswer {
    var failure = ThreadSearchError.noInterpreter
    for attempt in 0..<Self.attempts {
      do throws(ThreadSearchError) {
        let thread = try walk.find(from: attempt == 0 ? head : nil)
        return ProviderAnswer(
          kind, thread: thread, candidates: thread.candidates,
          looked: "\(thread.interpreters) interpreters, \(thread.candidates) thread states")
      } catch {
        failure = error
      }
    }
    return ProviderAnswer(kind, looked: "\(failure)", failure: failure)
  }
}

/// What was found in processes, by pid and start time, which name a process for good.
///
/// Lives as long as this program. Nothing of it is used before it was looked at again.
final class RuntimeCache: Sendable {
  struct Key: Hashable {
    var pid: Int32
    var startTime: UInt64
  }

  struct Entry: Sendable {
    var runtime: AttachableRuntime
    /// As much of it as was looked at.
    var map: MemoryMap
    var thread: FoundThread
    var credentials: ProcessCredentials
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
