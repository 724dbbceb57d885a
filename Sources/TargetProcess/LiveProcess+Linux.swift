#if os(Linux)
  import SystemPackage

  /// A process by its pid, as `/proc` shows it (proc(5)).
  ///
  /// Everything returns nil or nothing when the process is gone or may not be looked at.
  public struct LiveProcess: Hashable, Sendable {
    public var pid: Int32

    public init(pid: Int32) { self.pid = pid }

    private var folder: FilePath { FilePath("/proc/\(pid)") }

    public var status: ProcessStatus? {
      guard let stat = ProcFile.read(folder.appending("stat")),
        // The name, in parentheses, may hold anything; the last ')' ends it.
        let nameEnd = stat.lastIndex(of: UInt8(ascii: ")"))
      else { return nil }
      let fields = stat[(nameEnd + 1)...].split(separator: UInt8(ascii: " "))
        .map { String(decoding: $0, as: UTF8.self) }
      guard fields.count > 19, let state = fields[0].first, let parent = Int32(fields[1]),
        let session = Int32(fields[3]), let startTime = UInt64(fields[19])
      else { return nil }
      return ProcessStatus(
        state: state, parent: parent, session: session, startTime: startTime)
    }

    /// The pid of its tracer; zero when nobody traces it.
    public var tracer: Int32? {
      let lines = ProcFile.read(folder.appending("status"))?.split(separator: UInt8(ascii: "\n"))
      let key = Array("TracerPid:".utf8)
      let value = lines?.first { $0.starts(with: key) }?.dropFirst(key.count)
      return value.map { String(decoding: $0, as: UTF8.self) }
        .flatMap { Int32($0.drop(while: \.isWhitespace)) }
    }

    /// Kernel ids of its threads.
    public var threads: Set<Int32> {
      Set(ProcFile.list(folder.appending("task")).compactMap { Int32($0) })
    }

    /// What its open socket descriptors are connected to: inode numbers.
    public var sockets: Set<UInt64> {
      let descriptors = folder.appending("fd")
      return Set(
        ProcFile.list(descriptors).compactMap { name in
          guard let target = ProcFile.link(descriptors.appending(name)),
            target.hasPrefix("socket:[")
          else { return nil }
          return UInt64(target.dropFirst("socket:[".count).dropLast())
        })
    }

    /// Whether its environment, as it was at its start, holds this entry (`NAME=value`).
    public func environmentHolds(_ entry: String) -> Bool {
      ProcFile.read(folder.appending("environ"))?.split(separator: 0)
        .contains { $0.elementsEqual(entry.utf8) } ?? false
    }

    /// Every process of the machine that can be seen.
    public static var all: [LiveProcess] {
      ProcFile.list("/proc").compactMap { Int32($0) }.map(LiveProcess.init)
    }
  }
#endif
