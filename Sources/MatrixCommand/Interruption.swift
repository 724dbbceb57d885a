import Dispatch

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

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

/// Turns the signals by which people and systems end programs into a call.
final class Interruption {
  private let sources: [any DispatchSourceSignal]

  /// - Parameter act: called on another thread, once for each signal.
  init(_ act: @escaping @Sendable () -> Void) {
    sources = [SIGINT, SIGTERM, SIGHUP].map { number in
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(
        signal: number, queue: DispatchQueue(label: "matrix.interruption"))
      source.setEventHandler(handler: act)
      source.resume()
      return source
    }
    // A debuggee that stops reading, or a pager that was left, is seen where we write to it.
    signal(SIGPIPE, SIG_IGN)
  }

  func end() { for source in sources { source.cancel() } }
}
