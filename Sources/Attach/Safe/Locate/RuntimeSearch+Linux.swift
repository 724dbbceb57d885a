#if os(Linux)
  import CPython
  import ObjectFile
  import TargetProcess

  /// Looks through what a process has mapped for the file that has `_PyRuntime`.
  struct RuntimeSearch {
    typealias Failure = RuntimePlace.Failure

    let process: LiveProcess
    let map: GrowingMap
    var times: RuntimePlace.Times
    private var begin = ContinuousClock.now
    /// Files that were looked at and have none, as far as names tell.
    private var without: [MemoryRegion.File] = []
    /// The series that the first likely name tells was looked at.
    private var knowsSeries = false
    /// Of a runtime without a table.
    private var old: String??

    init(process: LiveProcess, map: GrowingMap, times: RuntimePlace.Times) {
      self.process = process
      self.map = map
      self.times = times
    }

    mutating func run() throws(Failure) -> RuntimePlace {
      var hasMore = true
      while hasMore {
        hasMore = map.grow()
        let regions = map.known
        // The last file may have more ranges than were read yet.
        let last = hasMore ? regions.regions.last?.file : nil
        for mapped in regions.files where mapped.file.isLikelyPython && mapped.isExecutable {
          guard last.map({ !$0.isSame(as: mapped.file) }) ?? true else { continue }
          if let place = try look(at: mapped, scans: false, isLast: !hasMore) { return place }
        }
      }
      for scans in [false, true] {
        let files = map.known.files.filter(\.isExecutable)
        let likely = files.filter(\.file.isLikelyPython)
        let others = files.filter { !$0.file.isLikelyPython }
        for mapped in likely + others {
          if let place = try look(at: mapped, scans: scans, isLast: true) { return place }
        }
        if let old { throw .old(series: old) }
      }
      throw .notPython
    }

    /// - Parameter isLast: whether the file will not be looked at again, with more of its ranges.
    private mutating func look(
      at mapped: MappedFile, scans: Bool, isLast: Bool
    ) throws(Failure) -> RuntimePlace? {
      if !scans, without.contains(where: { $0.isSame(as: mapped.file) }) { return nil }
      let image = process.image(of: mapped, prefersExecutable: true)
      guard let file = try? image.elf(mapped: mapped) else {
        try checkSeries(mapped)
        without.append(mapped.file)
        return nil
      }
      guard let bias = file.loadBiases(mapped.mappings).first else {
        if isLast { without.append(mapped.file) }
        try checkSeries(mapped)
        return nil
      }
      guard let place = place(in: file, scans: scans) else {
        if !scans { without.append(mapped.file) }
        try checkSeries(mapped)
        return nil
      }
      return try table(at: place.address &+ bias, place.way, mapped)
    }

    /// A name that tells an older series saves looking through everything else.
    private mutating func checkSeries(_ mapped: MappedFile) throws(Failure) {
      guard !knowsSeries, mapped.file.isLikelyPython,
        let series = ModuleName(mapped.file.path)?.series
      else { return }
      knowsSeries = true
      if let release = series.release, release.evalBreaker == nil {
        throw .old(series: "\(series)")
      }
    }

    private func place(in file: ELFFile, scans: Bool) -> (address: UInt64, way: String)? {
      if !scans, let section = try? file.section(named: ".PyRuntime"), section.hasContents {
        return (section.address, "section .PyRuntime")
      }
      guard
        let location = try? RuntimeLocation.find(in: ObjectImage(file), scanning: scans)
      else { return nil }
      let way =
        switch location.way {
        case .section(let name): "section \(name)"
        case .symbol: "symbol _PyRuntime"
        case .scan: "scan"
        }
      return (location.address, way)
    }

    private mutating func table(
      at address: UInt64, _ way: String, _ mapped: MappedFile
    ) throws(Failure) -> RuntimePlace? {
      times.module = begin.duration(to: .now)
      let slab = ContinuousClock.now
      defer { times.slab = slab.duration(to: .now) }
      let bytes: [UInt8]
      do throws(ProcessAccessError) {
        bytes = try start(of: address)
      } catch {
        throw .access(error)
      }
      guard bytes.starts(with: DebugOffsetsHeader.cookie) else {
        old = .some(ModuleName(mapped.file.path).map { "\($0.series)" })
        without.append(mapped.file)
        return nil
      }
      let offsets: DebugOffsets
      do throws(DebugOffsetsError) {
        offsets = try DebugOffsets(parsing: bytes)
      } catch {
        throw .table(error)
      }
      let state = StateOffsets(offsets)
      guard let support = state.support else {
        throw .old(series: "\(offsets.version.series)")
      }
      return RuntimePlace(
        address: address, path: mapped.file.path, file: mapped.file, way: way, offsets: offsets,
        state: state, support: support, header: Array(bytes.prefix(DebugOffsetsHeader.size)),
        firstInterpreter: word(bytes, at: state.interpretersHead))
    }

    /// The table and, if that can be read at once, the list of interpreters right behind it.
    private func start(of runtime: UInt64) throws(ProcessAccessError) -> [UInt8] {
      if let bytes = try? process.memory.read(at: runtime, count: 1024) { return bytes }
      return try process.memory.read(at: runtime, count: DebugOffsetsFormat.largestTable)
    }

    private func word(_ bytes: [UInt8], at offset: UInt64) -> UInt64? {
      guard bytes.count >= 8, offset <= UInt64(bytes.count - 8) else { return nil }
      return bytes.withUnsafeBytes {
        UInt64(littleEndian: $0.loadUnaligned(fromByteOffset: Int(offset), as: UInt64.self))
      }
    }
  }
#endif
