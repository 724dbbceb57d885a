public import CPython
public import ObjectFile
public import TargetProcess

/// CPython in a process: the file that has it, and where its `_PyRuntime` is.
public struct LocatedRuntime: Hashable, Sendable {
  /// The path is the one that the process sees; device and inode tell code of the interpreter from
  /// other code.
  public var file: MemoryRegion.File
  /// How the file was read.
  public var readThrough: MappedImage.Way
  /// What the loader added to the addresses in the file.
  public var loadBias: UInt64
  /// The address of `_PyRuntime` in the process; nil up to 3.6.
  public var address: UInt64?
  /// What told it: `section .PyRuntime`, `symbol _PyRuntime`, `scan` or `symbol Py_AddPendingCall`.
  public var locatedBy: String

  public var path: String { file.path }
  /// What the file's name says; nil for a name that says nothing.
  public var name: ModuleName? { ModuleName(file.path) }
}

/// A mapped file that may have CPython in it.
public struct RuntimeCandidate {
  public let mapped: MappedFile
  /// Whether no file's names told anything, so that data is looked through for a table.
  public let scans: Bool
  /// Nil for what is no ELF file.
  public let elf: ELFFile?
  public let readThrough: MappedImage.Way
  /// Nil for a file whose place in memory is not known, or not yet.
  public let loadBias: UInt64?

  init(
    _ mapped: MappedFile, in process: LiveProcess, scans: Bool, prefersExecutable: Bool
  ) {
    self.mapped = mapped
    self.scans = scans
    let image = process.image(of: mapped, prefersExecutable: prefersExecutable)
    elf = try? image.elf(mapped: mapped)
    readThrough = image.way
    loadBias = elf?.loadBiases(mapped.mappings).first
  }

  /// Whether `python` is in the last component of the path.
  public var isLikely: Bool { mapped.file.nameContains("python") }

  /// The runtime, if the file has it: by the section, the symbol, and where ``scans`` says so by the
  /// cookie of its table. Up to 3.6 there is no such structure, and a function tells.
  public var runtime: LocatedRuntime? {
    guard let elf, let loadBias else { return nil }
    func located(_ address: UInt64?, _ evidence: String) -> LocatedRuntime {
      LocatedRuntime(
        file: mapped.file, readThrough: readThrough, loadBias: loadBias,
        address: address.map { $0 &+ loadBias }, locatedBy: evidence)
    }
    if let section = try? elf.section(named: ".PyRuntime"), section.hasContents {
      return located(section.address, "section .PyRuntime")
    }
    let image = ObjectImage(elf)
    if let location = try? RuntimeLocation.find(in: image, scanning: scans) {
      switch location.way {
      case .section(let name): return located(location.address, "section \(name)")
      case .symbol: return located(location.address, "symbol _PyRuntime")
      case .scan: return located(location.address, "scan")
      }
    }
    guard (try? elf.symbol(named: "Py_AddPendingCall")) != nil else { return nil }
    return located(nil, "symbol Py_AddPendingCall")
  }
}

/// The files of a process in which CPython is looked for: every mapped file with code, whatever its
/// name, the likely names first; after the last one all of them again, to be scanned.
///
/// From a ``LazyMemoryMap`` likely names are looked at as soon as the map was read as far as them, and an
/// executable is read through the quickest way, `/proc/PID/exe`.
public struct RuntimeCandidates: Sequence, IteratorProtocol {
  private enum Pass {
    case growing, names, data
  }

  private let process: LiveProcess
  private let growing: LazyMemoryMap?
  private var map: MemoryMap
  private var pass: Pass
  private var files: ArraySlice<MappedFile> = []
  private var seen: [MemoryRegion.File] = []

  public init(in process: LiveProcess, _ map: MemoryMap) {
    self.process = process
    self.map = map
    growing = nil
    pass = .growing
  }

  public init(in process: LiveProcess, _ map: LazyMemoryMap) {
    self.process = process
    self.map = MemoryMap([])
    growing = map
    pass = .growing
  }

  public mutating func next() -> RuntimeCandidate? {
    while true {
      guard let mapped = files.popFirst() else {
        guard goOn() else { return nil }
        continue
      }
      if pass != .data, seen.contains(where: { $0.isSame(as: mapped.file) }) { continue }
      let candidate = RuntimeCandidate(
        mapped, in: process, scans: pass == .data, prefersExecutable: growing != nil)
      // More of a file's ranges may tell where it is.
      if pass != .growing || candidate.elf == nil || candidate.loadBias != nil {
        seen.append(mapped.file)
      }
      return candidate
    }
  }

  /// False at the end.
  private mutating func goOn() -> Bool {
    switch pass {
    case .growing:
      if let growing, growing.grow() {
        map = growing.known
        // The last file may have more ranges than were read yet.
        let last = map.regions.last?.file
        files =
          Self.likely(map).filter { file in last.map { !$0.isSame(as: file.file) } ?? true }[...]
        return true
      }
      if let growing { map = growing.known }
      pass = .names
    case .names: pass = .data
    case .data: return false
    }
    let others = map.files.filter { $0.isExecutable && !$0.file.nameContains("python") }
    files = (Self.likely(map) + others)[...]
    return true
  }

  private static func likely(_ map: MemoryMap) -> [MappedFile] {
    map.files.filter { $0.isExecutable && $0.file.nameContains("python") }
  }
}
