import Glibc
import TargetProcess

/// Signals that arrive until the script has begun; see ``RequestWatch``.
extension SafeWait {
  /// Begins to watch the signals of a target that runs while it is written to, and waits until those
  /// that have arrived are handled. To be called before the request is written.
  mutating func beginWatch() {
    guard target.mayRunWhileWritten, request.others.isEmpty, let id = target.mainID else { return }
    let wait = look(id)
    // The threads of a program that waits for a lock are soon needed for something else.
    watch = RequestWatch(target, main: id, includesOthers: wait != .lock)
    let end = ContinuousClock.now + Self.handlerLimit
    while watch != nil, request.mayHaveSignal, .now < end {
      switch look(id) {
      case .epoll, .retriedCall: wakeOne(id)
      case .running, .interpreterLock, .lock, .otherCall, .unknown: break
      }
      serveSignals()
      usleep(500)
    }
  }

  /// Ends it on a thread that ends as well.
  mutating func endWatch() {
    watch?.finish()
    watch = nil
  }

  /// The mark of a signal may stay when its handler has run.
  private static let handlerLimit = Duration.milliseconds(200)
  /// How long another thread stands before the delivery of a signal, at most; and how long it does while
  /// the main thread waits for the GIL, which that thread may have.
  private static let holdLimits = (any: Duration.seconds(1), lock: Duration.milliseconds(20))

  mutating func serveSignals() {
    guard let watch else { return }
    do throws(TraceError) {
      try watch.serve({ decide() }, elsewhere: { decideElsewhere(since: $0) })
    } catch {
      // It has ended, or a signal has stopped it.
      self.watch = nil
    }
  }

  /// What becomes of a signal before whose delivery the main thread stands.
  mutating func decide() -> RequestWatch.Decision {
    if folder.isClaimed || request.isWithheld { return .deliver }
    guard takebacks < Self.mostTakebacks else {
      return (try? request.isPending()) ?? true ? .deliver : .hold
    }
    request.withhold()
    guard request.isWithheld else { return .hold }
    takebacks += 1
    lastSignal = .now
    return .deliver
  }

  /// A program that gets signals all the time would never take its request.
  private static let mostTakebacks = 3

  /// A signal in another thread: the main thread, which runs, may take the request at any time.
  func decideElsewhere(since time: ContinuousClock.Instant) -> RequestWatch.Decision {
    if folder.isClaimed { return .deliver }
    let held = time.duration(to: .now)
    if held < Self.holdLimits.lock { return .hold }
    return held > Self.holdLimits.any || look(target.thread) == .interpreterLock ? .deliver : .hold
  }

  /// Writes a request again that was taken back, unless a handler has to run first.
  mutating func renew() {
    if let lastSignal, request.mayHaveSignal,
      lastSignal.duration(to: .now) < Self.handlerLimit
    {
      return
    }
    request.renew()
  }
}
