#if os(Linux)
  import CPython
  import Glibc

  /// The CPython builds that this machine has, by path.
  enum Pythons {
    static let all: [String] = {
      let home = getenv("HOME").map { String(cString: $0) } ?? ""
      let cache = getenv("MATRIX_CACHE").map { String(cString: $0) } ?? "\(home)/.cache/matrix"
      let patterns = [
        "\(home)/.pyenv/versions/3.*/bin/python", "\(cache)/pythons/*/bin/python3.*",
        "/usr/bin/python3.*",
      ]
      return patterns.flatMap(matches).filter { path in
        let name = path.split(separator: "/").last.map(String.init) ?? ""
        return name == "python" || ModuleName(name) != nil
      }
    }()

    private static func matches(_ pattern: String) -> [String] {
      var found = glob_t()
      defer { globfree(&found) }
      guard glob(pattern, 0, nil, &found) == 0 else { return [] }
      return (0..<Int(found.gl_pathc)).compactMap { found.gl_pathv[$0] }
        .map { String(cString: $0) }
    }
  }

  /// A program with its output in a pipe; killed when this object goes away.
  final class Child {
    let pid: Int32
    private let output: Int32
    private var status: Int32?

    /// Nil when it could not be started.
    init?(_ arguments: [String]) {
      var ends: [Int32] = [0, 0]
      guard let path = arguments.first, pipe(&ends) == 0 else { return nil }
      for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
      var actions = posix_spawn_file_actions_t()
      posix_spawn_file_actions_init(&actions)
      defer { posix_spawn_file_actions_destroy(&actions) }
      posix_spawn_file_actions_adddup2(&actions, ends[1], 1)
      var pointers = arguments.map { strdup($0) } + [nil]
      defer { for pointer in pointers { free(pointer) } }
      var child: Int32 = 0
      let result = posix_spawn(&child, path, &actions, nil, &pointers, environ)
      close(ends[1])
      output = ends[0]
      pid = result == 0 ? child : -1
      if result != 0 { return nil }
    }

    /// A Python program that has said that it runs, and then does nothing.
    convenience init?(python path: String, options: [String] = []) {
      let program =
        "import sys, time; sys.stdout.write('1'); sys.stdout.flush(); time.sleep(60)"
      self.init([path, "-I", "-S"] + options + ["-c", program])
      guard read() == "1" else { return nil }
    }

    deinit {
      close(output)
      guard pid > 0, status == nil else { return }
      kill(pid, SIGKILL)
      wait()
    }

    /// What it writes next, up to 4 KB; waits for it.
    func read() -> String {
      var bytes = [UInt8](repeating: 0, count: 4096)
      let count = Glibc.read(output, &bytes, bytes.count)
      return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
    }

    /// Its status, when it has ended.
    @discardableResult
    func wait() -> Int32 {
      var status: Int32 = 0
      waitpid(pid, &status, 0)
      self.status = status
      return status
    }
  }
#endif
