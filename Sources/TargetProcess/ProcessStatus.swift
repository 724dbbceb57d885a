/// What the system says about a live process at one moment.
public struct ProcessStatus: Hashable, Sendable {
  /// One letter: `R`, `S`, `D`, `Z`, `T` (stopped), `t` (stopped by a tracer), …
  public var state: Character
  public var parent: Int32
  public var session: Int32
  /// In clock ticks since the system started; with the pid it names a process for good.
  public var startTime: UInt64

  public init(state: Character, parent: Int32, session: Int32, startTime: UInt64) {
    self.state = state
    self.parent = parent
    self.session = session
    self.startTime = startTime
  }

  public var isZombie: Bool { state == "Z" || state == "X" }
  public var isStopped: Bool { state == "T" || state == "t" }
}
