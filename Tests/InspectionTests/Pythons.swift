import CPython
import Glibc
import TestSupport

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

extension ChildProcess {
  /// A Python program that has said that it runs, and then does nothing.
  convenience init(python path: String, options: [String] = []) throws {
    let program =
      "import sys, time; sys.stdout.write('1'); sys.stdout.flush(); time.sleep(60)"
    try self.init(path, ["-I", "-S"] + options + ["-c", program])
    guard try read(1) == "1" else { throw Failure("\(path) does not run") }
  }
}
