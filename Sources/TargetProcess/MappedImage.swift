public import ObjectFile
import SystemPackage

/// The bytes of a file that a process has mapped, and how they were reached.
public struct MappedImage: Sendable {
  public enum Way: String, Hashable, Sendable {
    /// `/proc/PID/root` and the path: also into a container.
    case path
    /// `/proc/PID/exe`: also when the executable was removed or replaced.
    case executable
    /// `/proc/PID/map_files`: any file, with the capability that the kernel wants for it.
    case mapFiles = "map_files"
    /// The memory of the process: what is mapped and nothing else, so no section headers, and
    /// data as it is now.
    case memory
  }

  public var source: any ByteSource
  public var way: Way

  public init(_ source: any ByteSource, way: Way) {
    self.source = source
    self.way = way
  }

  /// The ELF file that these bytes are.
  ///
  /// - Parameter mapped: where the process has it.
  /// - Throws: ``ObjectFileError`` when it is none.
  public func elf(mapped: MappedFile) throws(ObjectFileError) -> ELFFile {
    let file = try ELFFile(source)
    guard way == .memory, let bias = file.loadBiases(mapped.mappings).first else { return file }
    return try ELFFile(source, inMemoryWithLoadBias: bias)
  }
}

extension MappedFile {
  /// As ``ELFFile/loadBiases(_:pageSize:)`` takes them.
  public var mappings: [FileMapping] {
    regions.map {
      FileMapping(
        start: $0.start, end: $0.end, offset: $0.offset, isExecutable: $0.isExecutable)
    }
  }
}

extension LiveProcess {
  /// The very file that is mapped, never another one that has its name now.
  ///
  /// - Parameter prefersExecutable: whether to try `/proc/PID/exe` first for what does not look like
  ///   a library, which is quicker where it fits.
  public func image(of mapped: MappedFile, prefersExecutable: Bool = false) -> MappedImage {
    let folder = "/proc/\(pid)"
    func executable() -> MappedImage? {
      guard let file = try? OpenFile(FilePath("\(folder)/exe")), file.inode == mapped.file.inode
      else { return nil }
      return MappedImage(file, way: .executable)
    }
    let comesFirst = prefersExecutable && !mapped.file.nameContains(".so")
    if comesFirst, let image = executable() { return image }
    if !mapped.file.isDeleted,
      let file = try? OpenFile(FilePath("\(folder)/root\(mapped.file.path)")),
      file.inode == mapped.file.inode || agrees(file, with: mapped)
    {
      return MappedImage(file, way: .path)
    }
    if !comesFirst, let image = executable() { return image }
    for region in mapped.regions {
      let name = "\(String(region.start, radix: 16))-\(String(region.end, radix: 16))"
      if let file = try? OpenFile(FilePath("\(folder)/map_files/\(name)")) {
        return MappedImage(file, way: .mapFiles)
      }
    }
    return MappedImage(MappedMemory(memory, mapped.regions), way: .memory)
  }

  /// Stacked file systems give a file another inode in maps than in `stat`; then its first page,
  /// with headers and build id, has to be the one in memory.
  private func agrees(_ file: OpenFile, with mapped: MappedFile) -> Bool {
    guard let region = mapped.regions.first(where: { $0.offset == 0 && !$0.isWritable }) else {
      return false
    }
    let count = Int(min(4096, file.count, region.size))
    guard count >= 64, let live = try? memory.read(at: region.start, count: count),
      let stored = try? file.bytes(at: 0, count: count)
    else { return false }
    return live == stored.bytes
  }
}

/// A mapped file as its process has it in memory. Offsets are those of the file.
struct MappedMemory: ByteSource {
  let memory: ProcessMemory
  let regions: [MemoryRegion]
  let count: UInt64

  init(_ memory: ProcessMemory, _ regions: [MemoryRegion]) {
    self.memory = memory
    // Where a page is mapped twice, the mapping that is not writable has the file's bytes.
    self.regions =
      regions.filter { $0.isReadable && !$0.isWritable }
      + regions.filter { $0.isReadable && $0.isWritable }
    count = regions.map { $0.offset &+ $0.size }.max() ?? 0
  }

  func read(
    at offset: UInt64, into buffer: UnsafeMutableRawBufferPointer
  ) throws(ObjectFileError) {
    var done = 0
    while done < buffer.count {
      let place = offset &+ UInt64(done)
      guard
        let region = regions.first(where: { $0.offset <= place && place - $0.offset < $0.size })
      else { throw .outside(offset: offset, count: buffer.count, size: count) }
      let distance = place - region.offset
      let length = Int(min(UInt64(buffer.count - done), region.size - distance))
      do {
        try memory.read(
          at: region.start + distance,
          into: UnsafeMutableRawBufferPointer(rebasing: buffer[done..<(done + length)]))
      } catch {
        throw .unreadable(errno: error.number, reason: "\(error)")
      }
      done += length
    }
  }
}
