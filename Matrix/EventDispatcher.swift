import Harness
import Synchronization

/// Hands the events of a run to its recorders, one at a time.
public final class EventDispatcher: Sendable {
  private struct State {
    var recorders: [any Recorder]
    var failures: [String] = []
    var hasUnexpected = false
  }

  private let state: Mutex<State>

  public init(_ recorders: sending [any Recorder]) {
    state = Mutex(State(recorders: recorders))
  }

  /// What recorders could not do, a sentence each; a recorder is asked no more after its first.
  public var failures: [String] { state.withLock { $0.failures } }

  /// Whether a verdict was not as expected.
  public var hasUnexpected: Bool { state.withLock { $0.hasUnexpected } }

  public func post(_ event: Event) {
    state.withLock { state in
      if case .cellFinished(_, let outcome) = event, !outcome.verdict.isExpectedByDefault {
        state.hasUnexpected = true
      }
      state.recorders = state.recorders.filter { recorder in
        do {
          try recorder.record(event)
          return true
        } catch {
          state.failures.append("\(error)")
          return false
        }
      }
    }
  }
}
