#if os(Linux)
  import Glibc
  import SystemPackage
  import TargetProcess

  /// A private folder in the target's own file system, where it finds the code and leaves its answer.
  ///
  /// Made through `/proc/PID/root`, so that a container's own folders are used. Only the target's
  /// user may look into it; every file in it is created anew or not at all; and it is removed when
  /// the attach is over. Who takes the file `code` away has decided whether it runs: the target
  /// renames it to `claim`.
  final class MeetingFolder {
    /// As the target sees it.
    let path: String
    private let parent: FileDescriptor
    private let folder: FileDescriptor
    private let name: String
    private let watch: FolderWatch?

    struct Failure: Error, Hashable {
      var reason: String
    }

    /// - Parameter owner: the target's user and group, for files.
    init(
      in process: LiveProcess, owner: (user: UInt32, group: UInt32)
    ) throws(Failure) {
      var reasons: [String] = []
      for candidate in ["tmp", "var/tmp", "dev/shm", "run/user/\(owner.user)"] {
        let name = Self.newName()
        do throws(Failure) {
          (parent, folder) = try Self.make(name, below: candidate, of: process, owner: owner)
        } catch {
          reasons.append("/\(candidate): \(error.reason)")
          continue
        }
        self.name = name
        path = "/\(candidate)/\(name)"
        watch = FolderWatch(folder)
        return
      }
      throw Failure(reason: reasons.joined(separator: "; "))
    }

    private static func make(
      _ name: String, below candidate: String, of process: LiveProcess,
      owner: (user: UInt32, group: UInt32)
    ) throws(Failure) -> (parent: FileDescriptor, folder: FileDescriptor) {
      let parent = try open(candidate, in: process)
      do throws(Failure) {
        sweep(parent)
        return (parent, try make(name, in: parent, owner: owner))
      } catch {
        try? parent.close()
        throw error
      }
    }

    deinit { remove() }

    private var isRemoved = false

    /// Removes it with everything that the two sides may have put there.
    func remove() {
      guard !isRemoved else { return }
      isRemoved = true
      Self.empty(folder)
      unlinkat(parent.rawValue, name, AT_REMOVEDIR)
      try? folder.close()
      try? parent.close()
    }
  }

  extension MeetingFolder {
    private static let files = [
      "claim", "code", Payload.bundleFile, "part", "answer", "script",
    ]

    /// Leaves the code for the target, and what goes with it.
    func leave(_ payload: Payload, owner: (user: UInt32, group: UInt32)) throws(Failure) {
      if let bundle = payload.bundle {
        try leave(bundle, as: Payload.bundleFile, owner: owner)
      }
      try leave(payload.source, owner: owner)
    }

    /// Leaves a text for the target. Its reader has the right to read it, and nobody else.
    func leave(_ code: String, as name: String = "code", owner: (user: UInt32, group: UInt32))
      throws(Failure)
    {
      do {
        let file = try create(name)
        try file.closeAfter { () throws in
          try file.writeAll(code.utf8)
          if owner.user != geteuid(), fchown(file.rawValue, owner.user, owner.group) != 0 {
            throw Errno(rawValue: errno)
          }
        }
      } catch {
        throw Failure(reason: "\(path): \(error)")
      }
    }

    /// Decides that the code is not to run any more. False when it has begun.
    func withdraw() -> Bool {
      unlinkat(folder.rawValue, "code", 0) == 0
    }

    var isClaimed: Bool { faccessat(folder.rawValue, "claim", F_OK, 0) == 0 }

    /// What the target has written at the end; nil if it has not yet.
    func answer() -> [UInt8]? {
      let flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC
      let descriptor = openat(folder.rawValue, "answer", flags)
      guard descriptor >= 0 else { return nil }
      let file = FileDescriptor(rawValue: descriptor)
      defer { try? file.close() }
      var bytes: [UInt8] = []
      let limit = 64 << 20
      while bytes.count < limit {
        let part = try? [UInt8](unsafeUninitializedCapacity: 65_536) { memory, count in
          count = try file.read(into: UnsafeMutableRawBufferPointer(memory))
        }
        guard let part, !part.isEmpty else { break }
        bytes += part
      }
      return bytes
    }

    /// Waits until something in the folder changes, or the time is over.
    func wait(until deadline: ContinuousClock.Instant) {
      let rest = ContinuousClock.now.duration(to: deadline)
      guard rest > .zero else { return }
      if let watch {
        watch.wait(for: rest)
      } else {
        // The system has no watch left for us: look again soon.
        var pause = timespec(tv_sec: 0, tv_nsec: 500_000)
        nanosleep(&pause, nil)
      }
    }

    /// Whether the script is still there, and that user's to read.
    func isReadable(by user: UInt32) -> Bool {
      var folderStatus = stat()
      var fileStatus = stat()
      guard fstat(folder.rawValue, &folderStatus) == 0,
        fstatat(folder.rawValue, "script", &fileStatus, AT_SYMLINK_NOFOLLOW) == 0
      else { return false }
      return user == 0
        || (folderStatus.st_uid == user && folderStatus.st_mode & 0o500 == 0o500
          && fileStatus.st_uid == user && fileStatus.st_mode & 0o400 != 0)
    }

    private func create(_ name: String) throws(Errno) -> FileDescriptor {
      let flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC
      let descriptor = openat(folder.rawValue, name, flags, 0o600)
      guard descriptor >= 0 else { throw Errno(rawValue: errno) }
      return FileDescriptor(rawValue: descriptor)
    }
  }

  extension MeetingFolder {
    /// Follows no symbolic link, which might lead out of the target's root.
    private static func open(
      _ path: String, in process: LiveProcess
    ) throws(Failure) -> FileDescriptor {
      var current = Glibc.open("/proc/\(process.pid)/root", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
      for component in path.split(separator: "/") where current >= 0 {
        let flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC
        let next = openat(current, String(component), flags)
        let number = errno
        close(current)
        errno = number
        current = next
      }
      guard current >= 0 else { throw Failure(reason: Errno(rawValue: errno).description) }
      return FileDescriptor(rawValue: current)
    }

    private static func make(
      _ name: String, in parent: FileDescriptor, owner: (user: UInt32, group: UInt32)
    ) throws(Failure) -> FileDescriptor {
      guard mkdirat(parent.rawValue, name, 0o700) == 0 else {
        throw Failure(reason: Errno(rawValue: errno).description)
      }
      let folder = openat(
        parent.rawValue, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
      if folder >= 0, owner.user == geteuid() || fchown(folder, owner.user, owner.group) == 0 {
        return FileDescriptor(rawValue: folder)
      }
      let failure = Failure(reason: Errno(rawValue: errno).description)
      if folder >= 0 { close(folder) }
      unlinkat(parent.rawValue, name, AT_REMOVEDIR)
      throw failure
    }

    private static func empty(_ folder: FileDescriptor) {
      for file in files { unlinkat(folder.rawValue, file, 0) }
    }

    // MARK: Folders of attachers that were killed

    private static let prefix = ".matrix-attach-"

    /// Says whose it is: of which process, in which pid namespace.
    private static func newName() -> String {
      let start = LiveProcess(pid: getpid()).status?.startTime ?? 0
      let random = String(UInt64.random(in: .min ... .max), radix: 36)
      return "\(prefix)\(namespace)-\(getpid())-\(start)-\(random)"
    }

    private static var namespace: String {
      var buffer = [CChar](repeating: 0, count: 64)
      let count = readlink("/proc/self/ns/pid", &buffer, buffer.count)
      let text = buffer.prefix(max(0, count)).map { UInt8(bitPattern: $0) }
      return String(decoding: text.filter { (48...57).contains($0) }, as: UTF8.self)
    }

    /// Whether a path leads into the folder of an attacher that is no more.
    static func isAbandoned(_ path: String) -> Bool {
      path.split(separator: "/").contains { isAbandoned(name: String($0)) }
    }

    private static func isAbandoned(name: String) -> Bool {
      guard name.hasPrefix(prefix) else { return false }
      let fields = name.dropFirst(prefix.count).split(separator: "-")
      guard fields.count == 4, fields[0] == namespace, let pid = Int32(fields[1]),
        let start = UInt64(fields[2])
      else { return false }
      return LiveProcess(pid: pid).status?.startTime != start
    }

    /// Removes what attachers left that were killed: their folder tells their pid and start time.
    private static func sweep(_ parent: FileDescriptor) {
      for name in FolderListing.names(in: parent) where isAbandoned(name: name) {
        let folder = openat(
          parent.rawValue, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        guard folder >= 0 else { continue }
        empty(FileDescriptor(rawValue: folder))
        close(folder)
        unlinkat(parent.rawValue, name, AT_REMOVEDIR)
      }
    }
  }
#endif
