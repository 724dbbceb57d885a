import Foundation
import Glibc
import SystemPackage
import TargetProcess
import TestSupport
import Testing

@testable import Attach

/// A program that arranges its mounts and files before it says `ready`, with a user of its own.
private struct Arranged {
  static let python = "/usr/bin/python3.11"
  static let user: UInt32 = 65534
  static let setpriv = [
    "/usr/bin/setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups",
  ]

  static let isPossible =
    geteuid() == 0 && FileManager.default.isExecutableFile(atPath: python)
    && (try? ChildProcess(setpriv[0], Array(setpriv.dropFirst()) + ["unshare", "-Urm", "true"])
      .wait()) == .exited(0)

  let child: ChildProcess
  let process: LiveProcess
  let startTime: UInt64

  /// - Parameters:
  ///   - arrange: for a shell in the new mount namespace.
  ///   - program: Python that follows `print('ready')`.
  init(
    asNobody: Bool = true, _ arrange: String = "true",
    program: String = "import time\nwhile True: time.sleep(0.001)"
  ) throws {
    let enter = asNobody ? Self.setpriv + ["unshare", "-Urm"] : ["/usr/bin/unshare", "-m"]
    child = try ChildProcess(
      enter[0],
      enter.dropFirst() + [
        "sh", "-c", "cd / && \(arrange) && exec \(Self.python) -c \"$0\"",
        "print('ready', flush=True)\n" + program,
      ])
    let said = try child.read(6)
    try #require(said == "ready\n", "the program could not arrange its files")
    process = LiveProcess(pid: child.pid)
    startTime = try #require(process.status?.startTime)
  }

  func directory(
    asNobody: Bool = true, usesOpenat2: Bool = true, bytes: Int = 2
  ) throws -> ExchangeDirectory {
    let owner = asNobody ? (user: Self.user, group: Self.user) : (user: 0, group: 0)
    return try ExchangeDirectory(
      in: process, startTime: startTime, owner: owner, usesOpenat2: usesOpenat2
    ) { _ in [.init(name: "code", text: String(repeating: "1", count: bytes))] }
  }
}

/// A directory of root's with files that have the names of ours.
private final class Victim {
  static let names = ["answer", "bundle", "claim", "code", "failed", "other", "part", "script"]
  let path = "/var/tmp/matrix-victim-\(UUID())"

  init(mode: mode_t = 0o755) throws {
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
    for name in Self.names {
      try "root's".write(toFile: "\(path)/\(name)", atomically: false, encoding: .utf8)
    }
    chmod(path, mode)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// Expects the directory and its files as they were made.
  func check() throws {
    #expect(try FileManager.default.contentsOfDirectory(atPath: path).sorted() == Self.names)
    for name in [".", "code", "answer"] {
      var status = stat()
      #expect(stat("\(path)/\(name)", &status) == 0 && status.st_uid == 0 && status.st_gid == 0)
    }
  }
}

@Suite(
  "The exchange directory, reached by root with the rights of nobody", .serialized,
  .enabled(if: Arranged.isPossible, "needs root, setpriv and namespaces of users"))
struct ExchangeDirectoryTests {
  /// The name that an attacher of this pid namespace would have given, had it been killed.
  private static var abandoned: String {
    var buffer = [CChar](repeating: 0, count: 64)
    let count = readlink("/proc/self/ns/pid", &buffer, buffer.count)
    let namespace = buffer.prefix(max(0, count)).map { UInt8(bitPattern: $0) }
      .filter { (48...57).contains($0) }
    return
      "/tmp/.matrix-attach-\(String(decoding: namespace, as: UTF8.self))-1-1-\(UUID().uuidString.prefix(8))"
  }

  /// Other tests attach at the same time.
  private static let ownTemporary = "mount -t tmpfs none /tmp"

  @Test("nothing is deleted through a mount on an abandoned name", arguments: [true, false])
  func mountOnAbandonedName(usesOpenat2: Bool) async throws {
    let victim = try Victim()
    let name = Self.abandoned
    let target = try Arranged(
      "\(Self.ownTemporary) && mkdir -m 700 \(name) && mount --bind \(victim.path) \(name)")
    let directory = try target.directory(usesOpenat2: usesOpenat2)
    #expect(directory.path.hasPrefix("/tmp/.matrix-attach-"))
    directory.remove()
    try victim.check()
    let report = await LegacyInjector()
      .attach(to: target.process, running: .expression("1"), limits: .init())
    #expect(report.outcome == .attached(.result("1")), "\(report)")
    try victim.check()
  }

  @Test("nothing is deleted through a link at an abandoned name, or in what root left")
  func linkAtAbandonedName() throws {
    let victim = try Victim()
    let (link, roots, own) = (Self.abandoned, Self.abandoned, Self.abandoned)
    let target = try Arranged(
      "ln -s \(victim.path) \(link); mkdir -m 700 \(own); touch \(own)/code || true")
    try FileManager.default.createDirectory(
      atPath: roots, withIntermediateDirectories: false,
      attributes: [.posixPermissions: 0o777])
    defer {
      unlink(link)
      rmdir(roots)
    }
    try target.directory().remove()
    try victim.check()
    #expect(FileManager.default.fileExists(atPath: roots))
    #expect(!FileManager.default.fileExists(atPath: own), "what is that user's own is swept")
  }

  @Test("a mount that comes between creating and opening gets nothing")
  func race() throws {
    let victim = try Victim(mode: 0o777)
    // Mounts the directory of root on whatever appears.
    let target = try Arranged(
      program: """
        import ctypes, os
        mount = ctypes.CDLL(None).mount
        while True:
            for name in os.listdir('/tmp'):
                if name.startswith('.matrix-attach-'):
                    mount(b'\(victim.path)', b'/tmp/' + name.encode(), None, 4096, None)
        """)
    for round in 0..<300 {
      do {
        try target.directory(usesOpenat2: round % 2 == 0).remove()
      } catch is ExchangeDirectory.Failure {
      }
    }
    try victim.check()
  }

  @Test("a mount or a link is not opened", arguments: [true, false])
  func openingNothingElse(usesOpenat2: Bool) throws {
    let victim = try Victim()
    let parent = "/tmp/matrix-parent-\(UUID())"
    let target = try Arranged(
      """
      mkdir \(parent) \(parent)/mount && mount --bind \(victim.path) \(parent)/mount && \
      ln -s \(victim.path) \(parent)/link
      """)
    defer { _ = try? ChildProcess("/usr/bin/rm", ["-r", parent]).wait() }
    let credentials = FileCredentials((Arranged.user, Arranged.user))
    let root = try FileDescriptor.open(
      "/proc/\(target.process.pid)/root", .readOnly, options: .directory)
    defer { try? root.close() }
    func open(_ path: String, _ crossing: FileCredentials.Crossing) throws {
      try credentials.open(
        String((parent + path).dropFirst()), in: root, O_RDONLY, crossing: crossing,
        usesOpenat2: usesOpenat2
      ).close()
    }
    #expect(throws: Errno.improperLink) { try open("/mount", .nothing) }
    #expect(throws: Errno.tooManySymbolicLinkLevels) { try open("/link", .mounts) }
    #expect(throws: Errno.self) { try open("/link/code", .nothing) }
    try open("", .nothing)
    try open("/mount", .mounts)
  }

  @Test("an answer that is a link, a mount, a pipe or a directory is not read")
  func answers() throws {
    let secret = "/var/tmp/matrix-secret-\(UUID())"
    try "root's".write(toFile: secret, atomically: false, encoding: .utf8)
    chmod(secret, 0o600)
    defer { unlink(secret) }
    for make in [
      "os.symlink(secret, path)", "os.mkfifo(path)", "os.mkdir(path)",
      "open(path, 'w'), libc.mount(secret.encode(), path.encode(), None, 4096, None)",
    ] {
      let target = try Arranged(
        Self.ownTemporary,
        program: """
          import ctypes, os, sys, time
          libc, secret = ctypes.CDLL(None), '\(secret)'
          while True:
              for name in os.listdir('/tmp'):
                  if os.path.exists('/tmp/%s/code' % name):
                      path = '/tmp/%s/answer' % name
                      \(make)
                      print('done', flush=True)
                      time.sleep(1000)
              time.sleep(0.001)
          """)
      let directory = try target.directory()
      #expect(try target.child.read(5) == "done\n")
      #expect(directory.answer() == nil, "\(make)")
    }
    #expect(try String(contentsOfFile: secret, encoding: .utf8) == "root's")
  }

  @Test("a directory that is swapped for another one keeps root's files as they are")
  func swapped() throws {
    let victim = try Victim()
    let target = try Arranged(
      Self.ownTemporary,
      program: """
        import os, time
        while True:
            for name in os.listdir('/tmp'):
                if os.path.exists('/tmp/%s/code' % name):
                    os.rename('/tmp/' + name, '/tmp/moved-' + name)
                    os.symlink('\(victim.path)', '/tmp/' + name)
                    print(name, flush=True)
                    time.sleep(1000)
            time.sleep(0.001)
        """)
    let directory = try target.directory()
    let name = URL(filePath: directory.path).lastPathComponent
    let tmp = "/proc/\(target.process.pid)/root/tmp"
    #expect(try target.child.read(name.utf8.count + 1) == name + "\n")
    #expect(!directory.isClaimed && directory.answer() == nil)
    directory.remove()
    try victim.check()
    #expect(try FileManager.default.contentsOfDirectory(atPath: "\(tmp)/moved-\(name)").isEmpty)
  }

  private static let full = """
    for d in /tmp /var/tmp /dev/shm; do mount -t tmpfs -o size=8k none $d; done && \
    for d in /tmp $more; do head -c 8192 /dev/zero > $d/full; done
    """

  @Test("with a full disk the next place is taken, and with all full nothing is left")
  func fullDisk() throws {
    let one = try Arranged(asNobody: false, Self.full)
    #expect(try one.directory(asNobody: false).path.hasPrefix("/var/tmp/"))
    let all = try Arranged(asNobody: false, "more='/var/tmp /dev/shm'; " + Self.full)
    do {
      _ = try all.directory(asNobody: false, bytes: 9000)
      Issue.record("there was room")
    } catch let failure as ExchangeDirectory.Failure {
      #expect(failure.reason.contains("/tmp: No space left on device"), "\(failure)")
    }
    for place in ["tmp", "var/tmp", "dev/shm"] {
      let names = try FileManager.default
        .contentsOfDirectory(atPath: "/proc/\(all.process.pid)/root/\(place)")
      #expect(names.allSatisfy { $0 == "full" }, "\(place)")
    }
  }

  @Test("without a /tmp, or with one that cannot be written, the next place is taken")
  func otherPlaces() throws {
    let readOnly = try Arranged(asNobody: false, "mount -t tmpfs -o ro none /tmp")
    #expect(try readOnly.directory(asNobody: false).path.hasPrefix("/var/tmp/"))
    let none = try Arranged(
      asNobody: false,
      "mount --bind /etc/hostname /tmp 2>/dev/null || mount -t tmpfs -o mode=0 none /tmp")
    #expect(try none.directory(asNobody: false).path.hasPrefix("/var/tmp/"))
  }

  @Test("a process that has ended meanwhile, or has another user, gets nothing")
  func otherProcess() throws {
    let target = try Arranged()
    for (startTime, owner) in [
      (target.startTime + 1, Arranged.user), (target.startTime, 0), (target.startTime, 1000),
    ] {
      #expect(throws: ExchangeDirectory.Failure.self) {
        try ExchangeDirectory(
          in: target.process, startTime: startTime, owner: (owner, owner)
        ) { _ in [] }
      }
    }
  }

  @Test("another user can neither read nor replace nor create a file")
  func otherUser() throws {
    let target = try Arranged()
    let directory = try target.directory()
    let attempts = """
      import os, sys
      folder = sys.argv[1]
      for name in ['code', 'claim', 'answer', 'part', 'script', 'bundle', 'failed']:
          path = folder + '/' + name
          for attempt in [lambda: open(path).read(), lambda: open(path, 'w'), lambda: os.unlink(path),
                          lambda: os.symlink('/etc/passwd', path), lambda: os.mkdir(path),
                          lambda: os.rename(path, path + '2'), lambda: os.stat(path)]:
              try:
                  attempt()
                  print('could', name)
              except PermissionError:
                  pass
      for attempt in [lambda: os.listdir(folder), lambda: os.rmdir(folder), lambda: os.chmod(folder, 0o777),
                      lambda: os.rename(folder, folder + '2')]:
          try:
              attempt()
              print('could')
          except PermissionError:
              pass
      print('end')
      """
    let other = try ChildProcess(
      "/usr/bin/setpriv",
      [
        "--reuid", "65533", "--regid", "65533", "--clear-groups", Arranged.python, "-c", attempts,
        directory.path,
      ])
    #expect(try other.rest() == "end\n")
    #expect(!directory.isClaimed && directory.withdraw())
  }

  @Test("the credentials are those of the thread alone, and only for the time of the work")
  func credentials() throws {
    func rights(_ thread: String = "thread-self") throws -> [Substring] {
      try String(contentsOfFile: "/proc/\(thread)/status", encoding: .utf8).split(separator: "\n")
        .filter { line in ["Uid", "Gid", "Groups", "Cap"].contains { line.hasPrefix($0) } }
    }
    let before = try rights()
    let during = try FileCredentials((65534, 65533)).perform {
      (try? rights(), try? rights("self"))
    }
    #expect(during.0?.contains("Uid:\t0\t0\t0\t65534") == true)
    #expect(during.0?.contains("Gid:\t0\t0\t0\t65533") == true)
    #expect(during.0?.contains("CapEff:\t0000000000000000") == true)
    #expect(during.1 == before || during.1 == during.0, "only this thread")
    #expect(try rights() == before)
  }
}
