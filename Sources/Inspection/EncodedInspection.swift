import CPython
import FoundationEssentials
import ObjectFile
import PythonRuntime

/// The form of an inspection for programs: see `docs/inspect.md`. Addresses are texts in
/// hexadecimal, offsets and sizes are numbers.
struct EncodedInspection: Encodable {
  struct Location: Encodable {
    var way: String
    var section: String?
    var address: String
    var otherAddresses: [String]
  }

  struct Entry: Encodable {
    var name: String
    var position: Int
    var kind: String
    var value: UInt64
  }

  struct Interpreter: Encodable {
    var address: String
    var id: Int64
    var remoteDebuggingEnabled: Int32?
    var threadsHead: String
    var threadsMain: String?
  }

  struct Live: Encodable {
    var imageWay: String
    var loadBias: String
    var runtimeAddress: String?
    var tableIsThatOfFile: Bool?
    var isFinalizing: Bool?
    var interpreters: [Interpreter]
  }

  var subject: String
  var pid: Int32?
  var file: String
  var format: String
  var arch: String
  var buildID: String?
  var version: String?
  var versionSource: String?
  var series: String?
  var abiFlags: String
  var freeThreaded: Bool
  var debug: Bool
  var linkage: String
  var runtime: Location?
  var remoteDebugging: String
  var symbols: [String: String?]
  var tableSize: Int?
  var tableProblem: String?
  var offsets: [Entry]?
  var live: Live?
  var notes: [String]

  init(_ inspection: Inspection) {
    subject = inspection.subject.description
    if case .process(let number) = inspection.subject { pid = number }
    file = inspection.file
    format = inspection.runtime.image.format.rawValue
    arch = inspection.runtime.image.architecture
    buildID = (try? inspection.runtime.image.buildID())?.map { byte in
      (byte < 16 ? "0" : "") + String(byte, radix: 16)
    }.joined()
    version = inspection.version?.description
    versionSource = inspection.offsets == nil ? inspection.runtime.versionSource?.rawValue : "table"
    series = inspection.series?.description
    abiFlags = inspection.abiFlags.description
    freeThreaded = inspection.abiFlags.contains(.freeThreaded)
    debug = inspection.abiFlags.contains(.debug)
    linkage = inspection.runtime.image.isLibrary ? "shared" : "static"
    runtime = inspection.runtime.location.map(Location.init)
    remoteDebugging = inspection.remoteDebugging.rawValue
    symbols = Dictionary(
      inspection.runtime.symbols.map { ($0.name, $0.address?.hexadecimal) },
      uniquingKeysWith: { first, _ in first })
    tableSize = inspection.offsets?.layout.tableSize
    tableProblem = inspection.tableProblem
    offsets = inspection.offsets?.entries.map(Entry.init)
    live = inspection.live.map(Live.init)
    notes = inspection.notes
  }
}

extension EncodedInspection.Location {
  init(_ location: RuntimeLocation) {
    switch location.way {
    case .section(let name): (way, section) = ("section", name)
    case .symbol: way = "symbol"
    case .scan: way = "scan"
    }
    address = location.address.hexadecimal
    otherAddresses = location.otherAddresses.map(\.hexadecimal)
  }
}

extension EncodedInspection.Entry {
  init(_ entry: DebugOffsets.Entry) {
    name = entry.name
    position = entry.position
    kind = entry.isSize ? "size" : "offset"
    value = entry.value
  }
}

extension EncodedInspection.Live {
  init(_ live: LiveState) {
    imageWay = live.imageWay
    loadBias = live.loadBias.hexadecimal
    runtimeAddress = live.runtimeAddress?.hexadecimal
    tableIsThatOfFile = live.tableIsThatOfFile
    isFinalizing = live.isFinalizing
    interpreters = live.interpreters.map {
      EncodedInspection.Interpreter(
        address: $0.address.hexadecimal, id: $0.id,
        remoteDebuggingEnabled: $0.remoteDebuggingEnabled, threadsHead: $0.threadsHead.hexadecimal,
        threadsMain: $0.threadsMain?.hexadecimal)
    }
  }
}
