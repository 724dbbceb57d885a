import Glibc
import SystemPackage
import TargetProcess

/// A private directory in the target's own file system, in which it finds the code and leaves its
/// answer.
///
/// It is reached through `/proc/PID/root`, so a container's own `/tmp` is used, and all work in it is
/// done with the target's credentials (``FileCredentials``): nothing that the target mounted or
/// linked leads the attacher to a file that the target could not reach by itself. Only the target's
/// user may enter it. It is removed when the attach is over. Removing the file `code` decides whether
/// the code runs: the target renames it to `claim`, the attacher unlinks it.
final class ExchangeDirectory {
  /// A file for the target.
  struct File {
    var name: String
    var text: String
  }

  struct Failure: Error, Hashable {
    var reason: String
  }

  /// As the target sees it.
  let path: String
  private let credentials: FileCredentials
  private let parent: FileDescriptor
  private let directory: FileDescriptor
  private let name: String
  private let watch: DirectoryWatch?
  private let usesOpenat2: Bool
  private var isRemoved = false

  /// Creates the directory in the first place that takes it, with its files.
  ///
  /// - Parameters:
  ///   - startTime: of the process that was examined; a process that has its pid now gets nothing.
  ///   - owner: the user and group by which the process opens files.
  ///   - files: what to leave in a directory with this path.
  init(
    in process: LiveProcess, startTime: UInt64, owner: (user: UInt32, group: UInt32),
    usesOpenat2: Bool = true, files: (_ path: String) throws(Failure) -> [File]
  ) throws(Failure) {
    let credentials = FileCredentials(owner)
    let root = try Self.openRoot(of: process, startTime: startTime, owner: owner)
    defer { try? root.close() }
    var reasons: [String] = []
    for candidate in ["tmp", "var/tmp", "dev/shm", "run/user/\(owner.user)"] {
      let name = Self.newName()
      let place = Place(credentials: credentials, usesOpenat2: usesOpenat2)
      do throws(Failure) {
        let files = try files("/\(candidate)/\(name)")
        (parent, directory) = try place.make(name, below: candidate, in: root, files)
      } catch {
        reasons.append("/\(candidate): \(error.reason)")
        continue
      }
      self.name = name
      self.credentials = credentials
      self.usesOpenat2 = usesOpenat2
      path = "/\(candidate)/\(name)"
      watch = DirectoryWatch(directory)
      return
    }
    throw Failure(reason: reasons.joined(separator: "; "))
  }

  /// The root directory that the process sees. Only looked at: nothing is opened for reading yet.
  private static func openRoot(
    of process: LiveProcess, startTime: UInt64, owner: (user: UInt32, group: UInt32)
  ) throws(Failure) -> FileDescriptor {
    let root = Glibc.open("/proc/\(process.pid)/root", pathOnly | O_DIRECTORY | O_CLOEXEC)
    guard root >= 0 else {
      throw Failure(reason: "/proc/\(process.pid)/root: \(Errno(rawValue: errno))")
    }
    // Whose root this is was decided when it was opened, so the process is looked at afterwards: a
    // pid that was used again, or another user, would get the rights of the process before.
    guard let now = ProcessCredentials(process), now.status.startTime == startTime,
      now.fileOwner == owner
    else {
      close(root)
      throw Failure(reason: "the process ended or changed its user meanwhile")
    }
    return FileDescriptor(rawValue: root)
  }

  deinit { remove() }

  /// Removes it with everything that the two sides may have put there.
  func remove() {
    guard !isRemoved else { return }
    isRemoved = true
    try? credentials.perform {
      Self.empty(directory)
      unlinkat(parent.rawValue, name, AT_REMOVEDIR)
    }
    try? directory.close()
    try? parent.close()
  }

  fileprivate static func empty(_ directory: FileDescriptor) {
    for file in ["claim", "code", Payload.bundleFile, "part", "answer", "script", "failed"] {
      unlinkat(directory.rawValue, file, 0)
    }
  }
}

// MARK: What the two sides tell each other

extension ExchangeDirectory {
  /// Decides that the code is not to run any more. False when it has begun.
  func withdraw() -> Bool {
    (try? credentials.perform { unlinkat(directory.rawValue, "code", 0) }) == 0
  }

  /// Whether the target has taken the code.
  var isClaimed: Bool {
    var status = stat()
    return
      (try? credentials.perform {
        fstatat(directory.rawValue, "claim", &status, AT_SYMLINK_NOFOLLOW)
      }) == 0
  }

  /// Whether the target may read the script, which is tried with its credentials.
  var isScriptReadable: Bool {
    guard let file = try? open("script") else { return false }
    try? file.close()
    return true
  }

  /// What the target could not do, in its own words; nil if it has reported nothing.
  ///
  /// It is the text of a symbolic link, as files may be what fails.
  var reportedFailure: String? {
    var buffer = [UInt8](repeating: 0, count: 256)
    let count = try? credentials.perform {
      buffer.withUnsafeMutableBytes { bytes in
        bytes.baseAddress.map { readlinkat(directory.rawValue, "failed", $0, bytes.count) } ?? 0
      }
    }
    guard let count, count > 0 else { return nil }
    return String(decoding: buffer.prefix(count), as: UTF8.self)
  }

  static let largestAnswer = 64 << 20

  /// What the target has written at the end; nil if it has not yet, and one byte more than
  /// ``largestAnswer`` of an answer that is longer.
  func answer() -> [UInt8]? {
    guard let file = try? open("answer") else { return nil }
    defer { try? file.close() }
    var status = stat()
    guard fstat(file.rawValue, &status) == 0, status.st_mode & S_IFMT == S_IFREG,
      status.st_uid == credentials.user
    else { return nil }
    var bytes: [UInt8] = []
    while bytes.count <= Self.largestAnswer {
      let part = try? [UInt8](unsafeUninitializedCapacity: 65_536) { memory, count in
        count = try file.read(into: UnsafeMutableRawBufferPointer(memory))
      }
      guard let part, !part.isEmpty else { break }
      bytes += part
    }
    return Array(bytes.prefix(Self.largestAnswer + 1))
  }

  private func open(_ name: String) throws(Errno) -> FileDescriptor {
    try credentials.open(
      name, in: directory, O_RDONLY | O_NOFOLLOW | O_NONBLOCK, crossing: .nothing,
      usesOpenat2: usesOpenat2)
  }

  /// Waits until something in the directory changes, or the time is over.
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
}

// MARK: Creating and sweeping

/// The steps that create a directory; each is done with the target's credentials.
private struct Place {
  let credentials: FileCredentials
  let usesOpenat2: Bool

  typealias Failure = ExchangeDirectory.Failure

  func make(
    _ name: String, below candidate: String, in root: FileDescriptor,
    _ files: [ExchangeDirectory.File]
  ) throws(Failure) -> (parent: FileDescriptor, directory: FileDescriptor) {
    do throws(Errno) {
      let parent = try credentials.open(
        candidate, in: root, pathOnly | O_DIRECTORY, crossing: .mounts, usesOpenat2: usesOpenat2)
      do throws(Errno) {
        sweep(parent)
        return (parent, try make(name, in: parent, files))
      } catch {
        try? parent.close()
        throw error
      }
    } catch {
      throw Failure(reason: error.description)
    }
  }

  private func make(
    _ name: String, in parent: FileDescriptor, _ files: [ExchangeDirectory.File]
  ) throws(Errno) -> FileDescriptor {
    try check(credentials.perform { mkdirat(parent.rawValue, name, 0o700) == 0 ? 0 : errno })
    do throws(Errno) {
      // What is opened need not be what was created: the target may have put something else there,
      // which has to be a directory of its own that only it may enter.
      let directory = try open(name, in: parent)
      do throws(Errno) {
        for file in files { try leave(file, in: directory) }
        return directory
      } catch {
        _ = try? credentials.perform { ExchangeDirectory.empty(directory) }
        try? directory.close()
        throw error
      }
    } catch {
      _ = try? credentials.perform { unlinkat(parent.rawValue, name, AT_REMOVEDIR) }
      throw error
    }
  }

  /// Opens a directory on the same mount that belongs to the target's user and that no other user
  /// may enter.
  private func open(_ name: String, in parent: FileDescriptor) throws(Errno) -> FileDescriptor {
    let directory = try credentials.open(
      name, in: parent, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, crossing: .nothing,
      usesOpenat2: usesOpenat2)
    var status = stat()
    guard fstat(directory.rawValue, &status) == 0, status.st_uid == credentials.user,
      status.st_mode & 0o777 == 0o700
    else {
      try? directory.close()
      throw .permissionDenied
    }
    return directory
  }

  private func leave(
    _ file: ExchangeDirectory.File, in directory: FileDescriptor
  ) throws(Errno) {
    let descriptor = try credentials.open(
      file.name, in: directory, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode: 0o600,
      crossing: .nothing, usesOpenat2: usesOpenat2)
    defer { try? descriptor.close() }
    try check(
      credentials.perform {
        do {
          try descriptor.writeAll(file.text.utf8)
          return 0
        } catch {
          return (error as? Errno)?.rawValue ?? EIO
        }
      })
  }

  private func check(_ number: Int32) throws(Errno) {
    if number != 0 { throw Errno(rawValue: number) }
  }

  /// Removes what killed attachers left for processes of this user.
  private func sweep(_ parent: FileDescriptor) {
    guard
      let listing = try? credentials.open(
        ".", in: parent, O_RDONLY | O_DIRECTORY, crossing: .nothing, usesOpenat2: usesOpenat2)
    else { return }
    defer { try? listing.close() }
    let names = (try? credentials.perform { DirectoryListing.names(in: listing) }) ?? []
    for name in names where ExchangeDirectory.isAbandoned(name: name) {
      guard let directory = try? open(name, in: parent) else { continue }
      _ = try? credentials.perform {
        ExchangeDirectory.empty(directory)
        unlinkat(parent.rawValue, name, AT_REMOVEDIR)
      }
      try? directory.close()
    }
  }
}

// MARK: Names

extension ExchangeDirectory {
  private static let prefix = ".matrix-attach-"

  /// Names the attacher by pid namespace, pid and start time, and ends in 64 random bits.
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

  /// Whether a path leads into the directory of an attacher that has ended.
  static func isAbandoned(_ path: String) -> Bool {
    path.split(separator: "/").contains { isAbandoned(name: String($0)) }
  }

  fileprivate static func isAbandoned(name: String) -> Bool {
    guard name.hasPrefix(prefix) else { return false }
    let fields = name.dropFirst(prefix.count).split(separator: "-")
    guard fields.count == 4, fields[0] == namespace, let pid = Int32(fields[1]),
      let start = UInt64(fields[2])
    else { return false }
    return LiveProcess(pid: pid).status?.startTime != start
  }
}
