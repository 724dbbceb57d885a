public import CPython
import ObjectFile
public import PythonRuntime
import TargetProcess

/// What the memory of a process says about the CPython that it runs.
public struct LiveState: Hashable, Sendable {
  /// How the file with the runtime was read: `path`, `executable`, `map_files` or `memory`.
  public var imageWay: String
  /// What the loader added to the addresses in the file.
  public var loadBias: UInt64
  /// Of `_PyRuntime`; nil up to 3.6.
  public var runtimeAddress: UInt64?
  /// As memory has it; nil when memory could not be read or there is none.
  public var table: ImageRuntime.Table?
  /// Whether the table in memory is, byte for byte, that of the file; nil without either.
  public var tableIsThatOfFile: Bool?
  /// Whether the runtime is about to end; nil without a table.
  public var isFinalizing: Bool?
  /// As they are linked, newest first. Empty without a table.
  public var interpreters: [StateReader.Interpreter]

  public var mainInterpreter: StateReader.Interpreter? { interpreters.first { $0.id == 0 } }
}

/// A runtime of a process, and what its file tells.
struct InspectedRuntime {
  let process: LiveProcess
  let map: MemoryMap
  let located: LocatedRuntime
  let image: ImageRuntime
}

extension LiveState {
  /// Reads what a process has; what cannot be read is left out and told.
  init(_ runtime: InspectedRuntime, notes: inout [String]) {
    imageWay = runtime.located.readThrough.rawValue
    loadBias = runtime.located.loadBias
    runtimeAddress = runtime.located.address
    interpreters = []
    guard let address = runtime.located.address else { return }
    let memory = runtime.process.memory
    do {
      let bytes = try memory.read(at: address, count: DebugOffsetsFormat.largestTable)
      guard bytes.starts(with: DebugOffsetsHeader.cookie) else {
        if case .none = runtime.image.table { return }
        notes.append("the table of the file is not in memory at \(address.hexadecimal)")
        table = ImageRuntime.Table.none
        return
      }
      let offsets = try DebugOffsets(parsing: bytes)
      table = .present(offsets)
      tableIsThatOfFile = runtime.holdsSameTable(bytes, size: offsets.layout.tableSize)
      let state = StateOffsets(offsets)
      isFinalizing = try memory.number(at: address &+ state.finalizing, as: UInt64.self) != 0
      readInterpreters(
        StateReader(
          memory: memory, space: AddressSpace(map: runtime.map), offsets: state, runtime: address),
        notes: &notes)
    } catch let error as DebugOffsetsError {
      table = .refused(error)
    } catch {
      notes.append("live values are missing: \(error)")
    }
  }

  private mutating func readInterpreters(_ reader: StateReader, notes: inout [String]) {
    do throws(ThreadSearchError) {
      try reader.interpreters {
        interpreters.append($0)
        return true
      }
    } catch .noInterpreter {
      notes.append("CPython is loaded and has no interpreter: not initialized yet, or ended")
    } catch {
      notes.append("the list of interpreters is damaged: \(error)")
    }
  }
}

extension InspectedRuntime {
  fileprivate func holdsSameTable(_ bytes: [UInt8], size: Int) -> Bool? {
    guard located.readThrough != .memory, let location = image.location,
      let stored = try? image.image.bytes(atAddress: location.address, count: size)
    else { return nil }
    return stored.bytes.elementsEqual(bytes.prefix(size))
  }
}
