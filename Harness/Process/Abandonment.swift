import Dispatch
import Synchronization

/// Waits for a piece of work, but not beyond a limit: work that does not answer is abandoned.
///
/// A task group waits for all of its tasks, stuck ones too. Here the work is a task of its own, and
/// the caller goes on without it. The limits are measured by timers of libdispatch, on threads that
/// stuck tasks do not hold.
///
/// - Parameters:
///   - limit: from now.
///   - grace: after the caller's task has been cancelled, which cancels the work.
/// - Returns: nil when the work was abandoned; it has been cancelled then, and may still end at some
///   time.
func abandoning<Value: Sendable>(
  after limit: Duration, orAfterCancellation grace: Duration,
  _ work: @escaping @Sendable () async -> Value
) async -> Value? {
  let race = Race<Value>()
  let task = Task {
    let value = await work()
    race.finish(value)
  }
  race.give(up: limit)
  let value = await withTaskCancellationHandler {
    await race.value()
  } onCancel: {
    task.cancel()
    race.give(up: grace)
  }
  if value == nil { task.cancel() }
  return value
}

/// The first of a value and the ends of some times.
private final class Race<Value: Sendable>: Sendable {
  /// It is only cancelled, which may be done from any thread.
  private struct Timer: @unchecked Sendable {
    let source: any DispatchSourceTimer
  }

  private struct State {
    /// `.some(nil)` when the time ended first.
    var winner: Value??
    var waiter: CheckedContinuation<Value?, Never>?
    var timers: [Timer] = []
  }

  private let state = Mutex(State())

  func finish(_ value: Value?) {
    state.withLock { state in
      guard state.winner == nil else { return }
      state.winner = .some(value)
      for timer in state.timers { timer.source.cancel() }
      state.timers = []
      state.waiter?.resume(returning: value)
      state.waiter = nil
    }
  }

  func give(up limit: Duration) {
    let timer = DispatchSource.makeTimerSource(queue: .global())
    timer.schedule(deadline: .now() + limit.inSeconds)
    timer.setEventHandler { [self] in finish(nil) }
    timer.resume()
    let running = Timer(source: timer)
    state.withLock { state in
      if state.winner == nil { state.timers.append(running) } else { running.source.cancel() }
    }
  }

  func value() async -> Value? {
    await withCheckedContinuation { continuation in
      state.withLock { state in
        if let winner = state.winner {
          continuation.resume(returning: winner)
        } else {
          state.waiter = continuation
        }
      }
    }
  }
}
