/// A thread state that was checked, and how it was come by.
public struct FoundThread: Hashable, Sendable {
  /// Of the thread state.
  public var address: UInt64
  /// Of its interpreter's state.
  public var interpreter: UInt64
  /// `gettid()` of its thread, in the target's pid namespace.
  public var nativeID: UInt64
  /// Whether it is the one that the interpreter calls its main thread. An embedding program, and
  /// a program whose main script has ended, have none.
  public var isMain: Bool
  /// Whether its memory is static and so never given back: the target need not be stopped.
  public var isStatic: Bool
  /// How many thread states were looked at.
  public var candidates: Int
  /// How many interpreters the target has, as far as was looked.
  public var interpreters: Int
  /// The interpreter's own word on remote debugging: 1 on, 0 off.
  public var remoteDebuggingEnabled: Int32
}
