import Dispatch
import Glibc
import Synchronization

/// Calls something again and again, on another thread.
final class Repeating {
  private let timer: any DispatchSourceTimer

  init(every interval: DispatchTimeInterval, _ act: @escaping @Sendable () -> Void) {
    timer = DispatchSource.makeTimerSource(queue: DispatchQueue(label: "matrix.clock"))
    timer.schedule(deadline: .now() + interval, repeating: interval)
    timer.setEventHandler(handler: act)
    timer.resume()
  }

  func end() { timer.cancel() }
}

/// What SIGINT, SIGTERM and SIGHUP do to a run.
///
/// The first signal asks the run to end in order. A second one, or the run's not having ended in
/// time, ends the process: with the reports of what is known, by ``force``. A third ends it at once.
/// Before the run is prepared the first signal ends the process; while it is, it is remembered.
final class Interruption: Sendable {
  /// How a run is ended.
  struct Run: Sendable {
    /// Asks it to end; returns at once.
    var cancel: @Sendable () -> Void
    /// Writes what is there, within a second, and ends what the run has started.
    var force: @Sendable () -> Void
  }

  private struct State {
    var run: Run?
    var isPreparing = false
    var count = 0
  }

  /// The part of the two seconds, in which an interrupted run ends, that cells have.
  private static let patience = DispatchTimeInterval.milliseconds(1500)

  private let state = Mutex(State())
  // Only made and resumed here, and never cancelled: the last signals matter too.
  private nonisolated(unsafe) var sources: [any DispatchSourceSignal] = []

  init() {
    let queue = DispatchQueue(label: "matrix.interruption")
    sources = [SIGINT, SIGTERM, SIGHUP].map { number in
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
      source.setEventHandler { [self] in interrupt() }
      source.resume()
      return source
    }
    // A debuggee that stops reading, or a pager that was left, is seen where we write to it.
    signal(SIGPIPE, SIG_IGN)
  }

  /// From here on there is something to remove, so that the first signal waits for ``protect(_:)``.
  func prepare() { state.withLock { $0.isPreparing = true } }

  /// From here on there is something to report. A run that was interrupted before is cancelled.
  func protect(_ run: Run) {
    let count = state.withLock { state in
      state.run = run
      return state.count
    }
    if count > 0 { run.cancel() }
  }

  private func interrupt() {
    let now = state.withLock { state in
      state.count += 1
      return state
    }
    guard now.run != nil || now.isPreparing else {
      Message.write("interrupted before the first cell")
      _exit(ExitStatus.interrupted.rawValue)
    }
    switch now.count {
    case 1:
      now.run?.cancel()
      DispatchQueue.global().asyncAfter(deadline: .now() + Self.patience) { self.force() }
    case 2: force()
    default: _exit(ExitStatus.interrupted.rawValue)
    }
  }

  private func force() {
    DispatchQueue.global().async { [self] in
      state.withLock { $0.run }?.force()
      _exit(ExitStatus.interrupted.rawValue)
    }
  }
}
