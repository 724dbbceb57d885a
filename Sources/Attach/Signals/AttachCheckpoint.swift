/// Places in an attach at which a test may do something, while the thread that they tell of is stopped.
enum AttachCheckpoint: Hashable, Sendable {
  typealias Observer = @Sendable (AttachCheckpoint) -> Void

  /// The main thread has been stopped to take the request that is written, and was not resumed.
  case wakes
  /// The main thread is at the entry of its wait, and what was handled meanwhile was not looked at.
  case waitBegins
}
