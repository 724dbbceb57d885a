import CPython
import PythonRuntime
import TargetProcess

/// PTVS's slab-wide inference: any six neighbouring words of the table that, taken for the offsets of
/// a walk, end in three readable addresses.
///
/// Kept to show what it says of real tables; see `docs/safe-attach.md`.
struct InferenceProvider: ThreadProvider {
  let table: [UInt8]
  var kind: ProviderKind { .inference }

  private static let largestOffset: UInt64 = 0x4000

  func find(_ walk: ThreadWalk) -> ProviderAnswer {
    let words = stride(from: 24, to: table.count - 7, by: 8).map { place in
      table[place..<(place + 8)].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    }
    var accepted: [UInt64] = []
    var windows = 0
    for start in words.indices.dropLast(5) {
      let window = Array(words[start..<(start + 6)])
      guard window.allSatisfy({ $0 < Self.largestOffset }) else { continue }
      windows += 1
      if let address = follow(window, walk) { accepted.append(address) }
    }
    return ProviderAnswer(
      kind, address: accepted.first, candidates: windows,
      looked: "\(windows) windows of six words, of which \(accepted.count) lead somewhere")
  }

  /// The window read as runtime, interpreters.head, interpreters.main, threads_head, threads_main and
  /// tstate.next.
  private func follow(_ window: [UInt64], _ walk: ThreadWalk) -> UInt64? {
    let reader = walk.reader
    func pointer(_ address: UInt64) -> UInt64? {
      let word: UInt64? = try? reader.memory.number(at: address)
      return word.flatMap { $0 == 0 ? nil : $0 }
    }
    func isReadable(_ address: UInt64, _ count: Int) -> Bool {
      (try? reader.memory.bytes(at: address, count: count)) != nil
    }
    guard let support = reader.offsets.support else { return nil }
    guard let interpreter = pointer(reader.runtime &+ window[0] &+ window[1]),
      let thread = pointer(interpreter &+ window[4]) ?? pointer(interpreter &+ window[3]),
      isReadable(thread &+ support.evalBreaker, 4), isReadable(thread &+ support.pending, 4),
      isReadable(thread &+ support.path, 16)
    else { return nil }
    return thread
  }
}

/// Looks through the runtime for what could be a thread state: a pointer to the main interpreter
/// where a state has it, with a possible request behind.
struct HeuristicProvider: ThreadProvider {
  var kind: ProviderKind { .heuristic }

  func find(_ walk: ThreadWalk) -> ProviderAnswer {
    let reader = walk.reader
    let offsets = reader.offsets
    guard let interpreter = try? reader.mainInterpreter().0.address,
      let support = offsets.support,
      let bytes = try? reader.memory.bytes(at: reader.runtime, count: Int(offsets.runtimeSize))
    else { return ProviderAnswer(kind, looked: "the runtime, which cannot be read") }
    var found: [UInt64] = []
    bytes.withUnsafeBytes { bytes in
      let last = bytes.count - Int(offsets.threadSize)
      for place in stride(from: 0, through: max(0, last), by: 8) where place <= last {
        let owner = bytes.loadUnaligned(
          fromByteOffset: place + Int(offsets.threadInterpreter), as: UInt64.self)
        let pending = bytes.loadUnaligned(
          fromByteOffset: place + Int(support.pending), as: Int32.self)
        if owner.littleEndian == interpreter, (0...1).contains(Int32(littleEndian: pending)) {
          found.append(reader.runtime + UInt64(place))
        }
      }
    }
    return ProviderAnswer(
      kind, address: found.first, candidates: found.count,
      looked: "\(bytes.count) bytes of the runtime, \(found.count) places like a thread state")
  }
}

/// The variable `_PyThreadState_Current`, which modules up to 3.6 export.
struct ExportProvider: ThreadProvider {
  /// Its address in the target, if the module has it.
  let address: UInt64?
  var kind: ProviderKind { .export }

  func find(_ walk: ThreadWalk) -> ProviderAnswer {
    guard let address else {
      return ProviderAnswer(kind, looked: "the module exports no _PyThreadState_Current")
    }
    let current: UInt64? = try? walk.reader.memory.number(at: address)
    return ProviderAnswer(
      kind, address: current.flatMap { $0 == 0 ? nil : $0 }, candidates: 1,
      looked: "_PyThreadState_Current at \(hexadecimal(address))")
  }
}
