/// What is particular to a safe attach.
public struct SafeReport: Hashable, Sendable {
  /// The series and the patch release, as the table of the target says.
  public var version: String?
  public var isFreeThreaded: Bool?
  /// Where `_PyRuntime` is in the target, and what told it.
  public var runtimeAddress: UInt64?
  public var locatedBy: String?
  /// What each provider said, in the order in which they were asked.
  public var providers: [ProviderAnswer] = []
  public var thread: FoundThread?
  public var write: WriteReport?
  /// How the target was brought to look, and how often that was tried.
  public var wake: WakeWay = .none
  public var wakes = 0
  /// What the main thread waits in, when the request was not taken in time.
  public var wait: String?
  /// Whether only a call into the target reaches it: its main thread waits for a lock, or in a
  /// system call that code outside of CPython made, and no other thread can run the code.
  public var needsInjector = false
  /// How long each part took.
  public var times = SafeTimes()

  public init() {}
}

/// The parts of a safe attach, by the names that PTVS's plan has for them.
public struct SafeTimes: Hashable, Sendable {
  public var module: Duration?
  public var slab: Duration?
  public var cacheProbe: Duration?
  public var walk: Duration?
  public var infer: Duration?
  public var write: Duration?

  public init() {}
}
