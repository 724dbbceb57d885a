internal import CTargetProcess
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

  /// Does work on a thread of its own and waits until the kernel has let everything go that the thread
  /// traced, which stops nothing.
  static func join<Value>(_ work: () -> Value) -> Value {
    withoutActuallyEscaping(work) { work in
      var value: Value?
      var id: Int32 = 0
      let box = Box {
        id = matrix_thread_id()
        value = work()
      }
      var thread = pthread_t()
      let failure = pthread_create(
        &thread, nil,
        { argument in
          argument.map { Unmanaged<Box>.fromOpaque($0).takeUnretainedValue().work() }
          return nil
        }, Unmanaged.passUnretained(box).toOpaque())
      if failure == 0 {
        pthread_join(thread, nil)
        // The thread is joined before it has ended for the kernel.
        while access("/proc/self/task/\(id)", F_OK) == 0 { sched_yield() }
      } else {
        box.work()
      }
      guard let value else { preconditionFailure("the thread did not do its work") }
      return value
    }
  }

  private final class Box {
    let work: () -> Void
    init(_ work: @escaping () -> Void) { self.work = work }
  }
}
