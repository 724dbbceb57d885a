public import CPython

/// What the memory of a process says about the CPython that it runs.
public struct LiveState: Hashable, Sendable {
  /// One interpreter of the process.
  public struct Interpreter: Hashable, Sendable {
    public var address: UInt64
    /// 0 for the main interpreter.
    public var id: Int64
    /// `config.remote_debug` as PEP 768 reads it: 1 when on. Nil before 3.14.
    public var remoteDebuggingEnabled: Int32?
    /// The thread state of the newest thread; 0 when there is none.
    public var threadsHead: UInt64
    /// The thread state of the main thread while it runs the main script, else 0. Nil before 3.14.
    public var threadsMain: UInt64?
  }

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
  public var interpreters: [Interpreter]

  public var mainInterpreter: Interpreter? { interpreters.first { $0.id == 0 } }
}
