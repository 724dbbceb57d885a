public import CPython
import PythonRuntime

/// Everything that is known about one CPython, from its file or from a process that runs it.
public struct Inspection: Sendable {
  /// What was asked for.
  public var subject: InspectionSubject
  /// The file with the runtime: another one than the subject for an executable that loads it.
  public var file: String
  public var runtime: ImageRuntime
  /// What only a live process has; nil for a file.
  public var live: LiveState?
  /// What is odd or could not be looked at; whole sentences.
  public var notes: [String]

  init(
    subject: InspectionSubject, file: String, runtime: ImageRuntime, live: LiveState? = nil,
    notes: [String] = []
  ) {
    self.subject = subject
    self.file = file
    self.runtime = runtime
    self.live = live
    self.notes = runtime.oddities + notes
  }

  /// As live memory has it, else as the file has it.
  public var table: ImageRuntime.Table { live?.table ?? runtime.table }

  public var offsets: DebugOffsets? {
    if case .present(let offsets) = table { return offsets }
    return nil
  }

  public var version: PythonVersion? { offsets?.version ?? runtime.version }

  /// What the file's name tells where nothing else tells more.
  public var series: PythonSeries? { version?.series ?? ModuleName(file)?.series }

  /// The letters of `sys.abiflags`, of what the file and its name show.
  public var abiFlags: ABIFlags {
    runtime.abiFlags.union(ModuleName(file)?.abiFlags ?? [])
  }

  /// Whether PEP 768 can be used.
  public var remoteDebugging: RemoteDebugging {
    if let series, series < PythonSeries(3, 14) { return .unsupported }
    guard offsets?.debuggerSupport != nil else { return .unknown }
    guard let live else { return .present }
    guard let enabled = live.mainInterpreter?.remoteDebuggingEnabled else { return .unknown }
    return enabled == 1 ? .on : .off
  }

  /// What is known about remote debugging.
  public enum RemoteDebugging: String, Hashable, Sendable {
    /// The version is older than 3.14.
    case unsupported
    /// A file that has what it takes; whether it is on, the process decides when it starts.
    case present
    /// The process would run a script.
    case on
    /// Switched off when the process started, or when CPython was built.
    case off
    case unknown
  }
}

extension ImageRuntime {
  /// What a reader should be told about such a file.
  fileprivate var oddities: [String] {
    guard let location, !location.otherAddresses.isEmpty else { return [] }
    let others = location.otherAddresses.map { $0.hexadecimal }.joined(separator: ", ")
    return [
      "the file has \(location.otherAddresses.count + 1) places for _PyRuntime: "
        + "\(location.address.hexadecimal) was taken, and symbols also say \(others)"
    ]
  }
}

extension UInt64 {
  var hexadecimal: String { "0x" + String(self, radix: 16) }
}
