/// What the system says about a live process at one moment.
public struct ProcessStatus: Hashable, Sendable {
  /// One letter: `R`, `S`, `D`, `Z`, `T` (stopped), `t` (stopped by a tracer), …
  public var state: Character
  public var parent: Int32
  public var session: Int32
  /// In clock ticks since the system started; with the pid it names a process for good.
  public var startTime: UInt64
  /// Whether its first thread is ending (`PF_EXITING`): it has, or soon has, no memory, no root and no
  /// open files any more, some time before it is a zombie.
  public var isExiting: Bool

  public init(
    state: Character, parent: Int32, session: Int32, startTime: UInt64, isExiting: Bool = false
  ) {
    self.state = state
    self.parent = parent
    self.session = session
    self.startTime = startTime
    self.isExiting = isExiting
  }

  public var isZombie: Bool { state == "Z" || state == "X" }
  /// Whether its first thread has ended, or is about to; others may outlive it.
  public var isOver: Bool { isZombie || isExiting }
  public var isStopped: Bool { state == "T" || state == "t" }
}
