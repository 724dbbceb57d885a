import Harness
import SystemPackage

/// Finds and reads the files of a scenarios' folder.
enum PythonFiles {
  /// Every file below a folder, as paths below it, sorted; without what Python and editors leave.
  static func paths(below folder: FilePath) throws(ScenarioLibrary.Failure) -> [String] {
    // Opening says why a folder cannot be read; listing would only show nothing.
    do {
      try FileDescriptor.open(folder, .readOnly, options: .directory).close()
    } catch {
      throw .unreadable(folder, error as? Errno ?? .ioError)
    }
    return paths(in: folder, prefix: "")
  }

  private static func paths(in folder: FilePath, prefix: String) -> [String] {
    Directory(folder).names.flatMap { name -> [String] in
      if name.hasPrefix(".") || name == "__pycache__" { return [] }
      let path = folder.appending(name)
      if name.hasSuffix(".py") { return [prefix + name] }
      return paths(in: path, prefix: prefix + name + "/")
    }
  }

  static func text(of path: FilePath) throws(ScenarioLibrary.Failure) -> String {
    do {
      let file = try FileDescriptor.open(path, .readOnly)
      return try file.closeAfter {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while case let count = try chunk.withUnsafeMutableBytes({ try file.read(into: $0) }),
          count > 0
        {
          bytes += chunk[..<count]
        }
        return String(decoding: bytes, as: UTF8.self)
      }
    } catch {
      throw .unreadable(path, error as? Errno ?? .ioError)
    }
  }
}
