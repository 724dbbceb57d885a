import Glibc

/// A thread for one piece of work, which ends with it.
///
/// The kernel knows one thread as the tracer of another, and lets everything go that a thread
/// traced when it ends. It also keeps waits out of the threads that tasks share.
enum DedicatedThread {
  static func run<Value: Sendable>(_ work: @escaping @Sendable () -> Value) async -> Value {
    await withCheckedContinuation { continuation in
      let box = Box { continuation.resume(returning: work()) }
      let argument = Unmanaged.passRetained(box).toOpaque()
      var thread = pthread_t()
      let failure = pthread_create(
        &thread, nil,
        { argument in
          argument.map { Unmanaged<Box>.fromOpaque($0).takeRetainedValue().work() }
          return nil
        }, argument)
      if failure == 0 {
        pthread_detach(thread)
      } else {
        // No thread is left for us; then this one has to do.
        Unmanaged<Box>.fromOpaque(argument).takeRetainedValue().work()
      }
    }
  }

  private final class Box {
    let work: () -> Void
    init(_ work: @escaping () -> Void) { self.work = work }
  }
}
