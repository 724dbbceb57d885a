import CPython
import Synchronization

/// Tables that were parsed before. The same bytes have the same meaning, and programs on one machine
/// have few different tables.
enum ParsedTables {
  private static let known = Mutex<[[UInt8]: DebugOffsets]>([:])
  private static let capacity = 16

  static func offsets(_ bytes: [UInt8]) throws(DebugOffsetsError) -> DebugOffsets {
    let header = try DebugOffsetsHeader(parsing: bytes)
    let table = Array(bytes.prefix(header.layout.tableSize))
    if let offsets = known.withLock({ $0[table] }) { return offsets }
    let offsets = try DebugOffsets(parsing: bytes)
    known.withLock { known in
      if known.count >= capacity { known.removeAll() }
      known[table] = offsets
    }
    return offsets
  }
}
