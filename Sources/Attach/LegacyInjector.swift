public import TargetProcess

/// Gets code into a CPython by a call on its stopped main thread, without gdb and without a new
/// thread. See `docs/attach.md`.
public struct LegacyInjector: Attacher {
  /// For tests.
  var checkpoint: AttachCheckpoint.Observer?

  public init() {}

  public func attach(
    to process: LiveProcess, running payload: Payload, limits: AttachLimits
  ) async -> AttachReport {
    #if arch(x86_64)
      let checkpoint = checkpoint
      return await DedicatedThread.run {
        var injection = InjectionDriver(
          process: process, payload: payload, limits: limits, checkpoint: checkpoint)
        return injection.run()
      }
    #else
      return AttachReport(entry: .inject, outcome: .unsupported(.platform))
    #endif
  }
}
