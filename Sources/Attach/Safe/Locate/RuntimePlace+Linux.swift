#if os(Linux)
  import CPython
  import ObjectFile
  import TargetProcess

  /// Where a process has `_PyRuntime`, and its table.
  struct RuntimePlace: Sendable {
    var address: UInt64
    /// As the target sees it.
    var path: String
    /// The path, device and inode of the file, to tell code of the interpreter from other code.
    var file: MemoryRegion.File
    var way: String
    /// The table as it is in memory, checked.
    var offsets: DebugOffsets
    var state: StateOffsets
    /// The first bytes of the table, by which it is known again.
    var header: [UInt8]

    enum Failure: Error {
      case notPython
      /// CPython is there, and is older than safe attach.
      case old(series: String?)
      case table(DebugOffsetsError)
      case access(ProcessAccessError)
    }

    /// How long the two parts of the search took.
    struct Times: Hashable, Sendable {
      var module: Duration = .zero
      var slab: Duration = .zero
    }

    /// Any mapped file counts that has a part which may be run; likely names come first.
    static func find(
      in process: LiveProcess, _ map: MemoryMap, _ times: inout Times
    ) throws(Failure) -> RuntimePlace {
      let begin = ContinuousClock.now
      let files = map.files.filter(\.isExecutable)
      let likely = files.filter { $0.file.path.lastName.contains("python") }
      let others = files.filter { !$0.file.path.lastName.contains("python") }
      if let series = likely.lazy.compactMap({ ModuleName($0.file.path)?.series }).first,
        series < PythonSeries(3, 14)
      {
        throw .old(series: "\(series)")
      }
      var old: String??
      for scans in [false, true] {
        for mapped in likely + others {
          guard let place = runtime(in: mapped, of: process, scans: scans) else { continue }
          times.module = begin.duration(to: .now)
          let slab = ContinuousClock.now
          defer { times.slab = slab.duration(to: .now) }
          let bytes: [UInt8]
          do throws(ProcessAccessError) {
            bytes = try process.memory.read(
              at: place.address, count: DebugOffsetsLayout.largestTable)
          } catch {
            throw .access(error)
          }
          guard bytes.starts(with: DebugOffsetsHeader.cookie) else {
            old = .some(ModuleName(mapped.file.path).map { "\($0.series)" })
            continue
          }
          let offsets: DebugOffsets
          do throws(DebugOffsetsError) {
            offsets = try ParsedTables.offsets(bytes)
          } catch {
            throw .table(error)
          }
          guard let state = StateOffsets(offsets) else {
            throw .old(series: "\(offsets.version.series)")
          }
          return RuntimePlace(
            address: place.address, path: mapped.file.path, file: mapped.file, way: place.way,
            offsets: offsets, state: state, header: Array(bytes.prefix(DebugOffsetsHeader.size)))
        }
        if let old { throw .old(series: old) }
      }
      throw .notPython
    }

    private static func runtime(
      in mapped: MappedFile, of process: LiveProcess, scans: Bool
    ) -> (address: UInt64, way: String)? {
      let image = process.image(of: mapped)
      guard let file = try? image.elf(mapped: mapped),
        let bias = file.loadBiases(mapped.mappings).first
      else { return nil }
      if !scans, let section = try? file.section(named: ".PyRuntime"), section.hasContents {
        return (section.address &+ bias, "section .PyRuntime")
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
      return (location.address &+ bias, way)
    }
  }
#endif
