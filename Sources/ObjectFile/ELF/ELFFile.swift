import Synchronization

/// A 64-bit little-endian ELF file: an executable or a shared library.
///
/// Reads nothing but what is asked for; each question costs a few small reads of the source.
public struct ELFFile: Sendable {
  /// `e_type`, open.
  public struct Kind: RawRepresentable, Hashable, Sendable {
    public let rawValue: UInt16
    public init(rawValue: UInt16) { self.rawValue = rawValue }

    /// `ET_EXEC`: loaded at its own addresses.
    public static let executable = Kind(rawValue: 2)
    /// `ET_DYN`: a library or a position-independent executable, loaded anywhere.
    public static let shared = Kind(rawValue: 3)
  }

  public let source: any ByteSource
  let header: ELFHeader
  let map: ELFSegments
  private let known: LazyDynamic
  private let bias: UInt64?

  /// Where the loader finds symbols; read when it is first asked for.
  var dynamic: ELFDynamic? {
    get throws(ObjectFileError) { try known.value(map, in: source, loadBias: bias) }
  }

  public var kind: Kind { header.kind }
  /// `e_machine`: 62 for x86_64, 183 for aarch64.
  public var machine: UInt16 { header.machine }
  public var segments: [ELFSegment] { map.all }

  /// - Throws: ``ObjectFileError`` when it is not such a file, or its program headers are damaged.
  public init(_ source: any ByteSource) throws(ObjectFileError) {
    self.source = source
    header = try ELFHeader(source)
    map = try ELFSegments(header, in: source)
    bias = nil
    known = LazyDynamic()
  }

  /// A loaded file, from the memory that it was loaded to: without sections, which are not loaded.
  ///
  /// - Parameter source: answers for offsets of the file with what is mapped there.
  /// - Parameter bias: as ``loadBiases(_:pageSize:)`` gives it. Loaders write the final addresses
  ///   of symbols and names over those of the file.
  /// - Throws: ``ObjectFileError`` as ``init(_:)``.
  public init(
    _ source: any ByteSource, inMemoryWithLoadBias bias: UInt64
  ) throws(ObjectFileError) {
    self.source = source
    var header = try ELFHeader(source)
    header.sectionsOffset = 0
    self.header = header
    map = try ELFSegments(header, in: source)
    self.bias = bias
    known = LazyDynamic()
  }

  /// Empty when the section headers were stripped.
  ///
  /// - Throws: ``ObjectFileError`` when the table is damaged.
  public func sections() throws(ObjectFileError) -> [ELFSection] {
    try ELFSection.all(header, in: source)
  }

  /// The first section with this name.
  ///
  /// - Throws: ``ObjectFileError`` when the table is damaged.
  public func section(named name: String) throws(ObjectFileError) -> ELFSection? {
    try ELFSection.first(named: name, header, in: source)
  }

  /// Where in the file the byte at this address is; nil where no byte of the file is loaded, as in
  /// `.bss`.
  public func fileOffset(ofAddress address: UInt64) -> UInt64? { map.fileOffset(address) }

  /// The address to which the byte at this place in the file is loaded.
  public func address(ofFileOffset offset: UInt64) -> UInt64? { map.address(offset) }
}

/// What one file's dynamic segment says, once.
private final class LazyDynamic: Sendable {
  private let read = Mutex<Result<ELFDynamic?, ObjectFileError>?>(nil)

  func value(
    _ map: ELFSegments, in source: any ByteSource, loadBias bias: UInt64?
  ) throws(ObjectFileError) -> ELFDynamic? {
    if let known = read.withLock({ $0 }) { return try known.get() }
    let result = Result { () throws(ObjectFileError) in
      try ELFDynamic(map, in: source, loadBias: bias)
    }
    read.withLock { $0 = result }
    return try result.get()
  }
}
