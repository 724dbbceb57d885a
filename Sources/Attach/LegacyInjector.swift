public import TargetProcess

/// Gets code into a CPython by a call on its stopped main thread, without gdb and without a new
/// thread. See `docs/attach.md`.
public struct LegacyInjector: Attacher {
  public init() {}

  public func attach(
    to process: LiveProcess, running payload: Payload, limits: AttachLimits
  ) async -> AttachReport {
    #if arch(x86_64)
      await DedicatedThread.run {
        var injection = InjectionDriver(process: process, payload: payload, limits: limits)
        return injection.run()
      }
    #else
      AttachReport(entry: .inject, outcome: .unsupported(.platform))
    #endif
  }
}
