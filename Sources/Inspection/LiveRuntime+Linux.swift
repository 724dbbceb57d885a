#if os(Linux)
  public import CPython
  import ObjectFile
  public import TargetProcess

  /// Where a process has its CPython.
  public struct LiveRuntime: Sendable {
    public var process: LiveProcess
    /// The file that has the runtime.
    public var mapped: MappedFile
    /// How that file was read.
    public var way: MappedImage.Way
    public var image: ImageRuntime
    /// What the loader added to the addresses in the file.
    public var loadBias: UInt64

    /// Of `_PyRuntime` in the process; nil up to 3.6.
    public var address: UInt64? { image.location.map { $0.address &+ loadBias } }

    /// The address of a symbol of the file in the process.
    public func address(ofSymbol name: String) -> UInt64? {
      (try? image.image.address(ofSymbol: name))?.map { $0 &+ loadBias }
    }

    /// Every CPython that a process has loaded; nearly always one.
    ///
    /// Any file counts that has a part which may be run, whatever its name. Only where none has the
    /// section or the symbols, data is looked through.
    ///
    /// - Throws: ``InspectionError`` when the process cannot be looked at, or has none.
    public static func all(in process: LiveProcess) throws(InspectionError) -> [LiveRuntime] {
      let map: MemoryMap
      do {
        map = try process.memoryMap()
      } catch {
        throw .process(error)
      }
      guard !map.regions.isEmpty else { throw Self.withoutMemory(process) }
      let files = map.files.filter(\.isExecutable)
      for scanning in [false, true] {
        let found = files.compactMap { LiveRuntime($0, in: process, scanning: scanning) }
        if !found.isEmpty { return found }
      }
      throw Self.nothingFound(process, files)
    }

    private init?(_ mapped: MappedFile, in process: LiveProcess, scanning: Bool) {
      let opened = process.image(of: mapped)
      guard let file = try? opened.elf(mapped: mapped),
        let bias = file.loadBiases(mapped.mappings).first,
        let image = try? ImageRuntime(ObjectImage(file), scanning: scanning)
      else { return nil }
      self.process = process
      self.mapped = mapped
      way = opened.way
      self.image = image
      loadBias = bias
    }

    /// A zombie and a thread of the kernel have no memory.
    private static func withoutMemory(_ process: LiveProcess) -> InspectionError {
      guard let status = process.status else { return .process(.gone(pid: process.pid)) }
      return status.isOver ? .zombie(process.pid) : .kernelThread(process.pid)
    }

    /// That there is no CPython is said only when its files could be read.
    private static func nothingFound(
      _ process: LiveProcess, _ files: [MappedFile]
    ) -> InspectionError {
      for mapped in files where process.image(of: mapped).way == .memory {
        guard let region = mapped.regions.first(where: \.isReadable) else { continue }
        do {
          _ = try process.memory.read(at: region.start, count: 8)
        } catch .notPermitted(let pid, let number, let what) {
          return .process(.notPermitted(pid: pid, errno: number, what: what))
        } catch {
          continue
        }
      }
      return .notPython(process.pid, executable: process.executable)
    }
  }
#endif
