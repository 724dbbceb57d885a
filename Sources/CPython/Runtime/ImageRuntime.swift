public import ObjectFile

/// What an object file tells about the CPython in it.
public struct ImageRuntime: Sendable {
  /// How the version was found out.
  public enum VersionSource: String, Hashable, Sendable {
    case table
    /// The constant `Py_Version`; with 3.11 and later.
    case symbol
    /// The text of `sys.version`, which stands in the constants.
    case text
  }

  /// The table of debug offsets, which exists with 3.13 and later.
  public enum Table: Hashable, Sendable {
    case present(DebugOffsets)
    case refused(DebugOffsetsError)
    /// The version is older.
    case none
  }

  public var image: ObjectImage
  /// Nil up to 3.6, and in files that were stripped of everything that tells it.
  public var location: RuntimeLocation?
  public var version: PythonVersion?
  public var versionSource: VersionSource?
  /// The letters of `sys.abiflags` as far as the file shows them.
  public var abiFlags: ABIFlags
  public var table: Table
  /// The parts of the C API that attaching uses; address nil where the file has none.
  public var symbols: [(name: String, address: UInt64?)]

  /// The C API that attaching uses, and symbols that tell versions apart.
  public static let symbolNames = [
    "_PyRuntime", "Py_Version", "Py_AddPendingCall", "PyRun_SimpleString", "PyGILState_Ensure",
    "PyGILState_Release", "Py_IsInitialized", "_PyThreadState_Current",
  ]

  /// Nil when no CPython is in it: an executable that loads one has none itself.
  ///
  /// - Parameter scanning: whether to look for the cookie where names say nothing.
  /// - Throws: `ObjectFileError` when the file is damaged where it was looked at.
  public init?(_ image: ObjectImage, scanning: Bool = true) throws(ObjectFileError) {
    location = try RuntimeLocation.find(in: image, scanning: scanning)
    if location == nil {
      // Up to 3.6 there is no such structure; this function is in every runtime.
      guard try image.address(ofSymbol: "Py_AddPendingCall") != nil else { return nil }
    }
    self.image = image
    symbols = []
    for name in Self.symbolNames {
      symbols.append((name, try image.address(ofSymbol: name)))
    }
    table = .none
    if let location { table = try Self.table(image, at: location.address) }
    abiFlags = []
    if case .present(let offsets) = table {
      version = offsets.version
      versionSource = .table
      if offsets.isFreeThreaded { abiFlags.insert(.freeThreaded) }
    } else if let found = try VersionEvidence(image: image).version() {
      (version, versionSource) = found
    }
    // Defined under Py_REF_DEBUG only, which is a part of --with-pydebug.
    if try image.address(ofSymbol: "_Py_NegativeRefcount") != nil { abiFlags.insert(.debug) }
    if let name = try image.libraryName().flatMap({ ModuleName($0) }) {
      abiFlags.formUnion(name.abiFlags)
    }
  }

  private static func table(
    _ image: ObjectImage, at address: UInt64
  ) throws(ObjectFileError) -> Table {
    let bytes = try image.bytes(atAddress: address, count: DebugOffsetsFormat.largestTable).bytes
    guard bytes.starts(with: DebugOffsetsHeader.cookie) else { return .none }
    do {
      return .present(try DebugOffsets(parsing: bytes, pointerSize: image.pointerSize))
    } catch {
      return .refused(error)
    }
  }
}
