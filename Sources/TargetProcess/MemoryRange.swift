/// A part of a process's memory.
public struct MemoryRange: Hashable, Sendable {
  public var address: UInt64
  /// In bytes.
  public var count: Int

  public init(_ address: UInt64, _ count: Int) {
    self.address = address
    self.count = count
  }
}
