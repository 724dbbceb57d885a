import Dispatch
import Harness
import Synchronization

/// Hands the events of a run to its recorders, each in order and one at a time.
public final class EventDispatcher: Sendable {
  /// A recorder with a lock of its own: one that waits for a full terminal keeps no other from ending.
  private final class Slot: Sendable {
    /// A recorder that its owner has given away together with others.
    struct Sent: @unchecked Sendable {
      let recorder: any Recorder
    }

    private struct State {
      /// Nil behind its first failure, and behind the end of the run.
      var recorder: (any Recorder)?
      var failure: String?
    }

    private let state: Mutex<State>

    init(_ recorder: Sent) { state = Mutex(State(recorder: recorder.recorder)) }

    var failure: String? { state.withLock { $0.failure } }

    func post(_ event: Event) {
      state.withLock { state in
        do {
          try state.recorder?.record(event)
        } catch {
          state.failure = "\(error)"
          state.recorder = nil
        }
        if case .runFinished = event { state.recorder = nil }
      }
    }
  }

  private struct State {
    var start: ContinuousClock.Instant?
    var hasEnded = false
    var hasUnexpected = false
  }

  private let slots: [Slot]
  private let state = Mutex(State())

  public init(_ recorders: sending [any Recorder]) {
    slots = recorders.map { Slot(Slot.Sent(recorder: $0)) }
  }

  /// What recorders could not do, a sentence each; a recorder gets no event after its first failure.
  public var failures: [String] { slots.compactMap(\.failure) }

  /// Whether an outcome was not as expected.
  public var hasUnexpected: Bool { state.withLock { $0.hasUnexpected } }

  /// Hands on an event, unless the run has ended.
  public func post(_ event: Event) {
    let isWanted = state.withLock { state in
      if state.hasEnded { return false }
      switch event {
      case .runStarted: state.start = .now
      case .cellFinished(let cell, let outcome):
        if !Report.isExpected(cell, outcome) { state.hasUnexpected = true }
      case .cellStarted: break
      case .runFinished: state.hasEnded = true
      }
      return true
    }
    guard isWanted else { return }
    for slot in slots { slot.post(event) }
  }

  /// Ends the run as interrupted, from any thread: each recorder writes what it has.
  ///
  /// - Parameter limit: for all of them; one that does not answer is left alone.
  /// - Returns: false where the run has not begun, or some recorder did not answer.
  @discardableResult
  public func interrupt(within limit: Duration) -> Bool {
    let start = state.withLock { state in
      state.hasEnded = true
      return state.start
    }
    guard let start else { return false }
    let end = Event.runFinished(RunEnd(reason: .interrupted, duration: .now - start))
    let group = DispatchGroup()
    for slot in slots { DispatchQueue.global().async(group: group) { slot.post(end) } }
    return group.wait(timeout: .now() + limit / .seconds(1)) == .success
  }
}
