import FoundationEssentials
import SystemPackage

/// Answers of earlier searches, so that an interpreter is asked once and not in every run.
///
/// One file of JSON. An answer counts only as long as each file that it depends on is the same:
/// the executable, what a script starts, and the library, which can change on its own. A file that
/// cannot be read or comes from another probe is no cache; a file that cannot be written is no harm.
struct ProbeCache {
  private struct Contents: Codable {
    /// Of this format.
    var version = 1
    var probe = ProbeSource.revision
    var entries: [String: Entry] = [:]
  }

  private struct Entry: Codable {
    var answer: ProbeAnswer
    /// By path.
    var files: [String: FileSystem.Identity]
    /// Variables that decide which library an executable gets.
    var loader: [String]
  }

  private let file: FilePath
  private let loader: [String]
  private var contents = Contents()
  private var changed = false

  init(_ environment: SearchEnvironment) {
    file = environment.cacheFolder.appending("probes.json")
    loader = ["LD_LIBRARY_PATH", "LD_PRELOAD"].map { environment.value($0) ?? "" }
    guard let data = FileManager.default.contents(atPath: file.string),
      let read = try? JSONDecoder().decode(Contents.self, from: data),
      read.version == contents.version, read.probe == contents.probe
    else { return }
    contents = read
  }

  func answer(for candidate: Candidate) -> ProbeAnswer? {
    guard let entry = contents.entries[candidate.realPath.string], entry.loader == loader,
      entry.files[candidate.realPath.string] == candidate.identity,
      entry.files.allSatisfy({ FileSystem.identity(FilePath($0.key)) == $0.value })
    else { return nil }
    return entry.answer
  }

  mutating func store(_ answer: ProbeAnswer, for candidate: Candidate) {
    var files = [candidate.realPath.string: candidate.identity]
    for path in [answer.executable, answer.library].compactMap({ $0 }) {
      files[path] = FileSystem.identity(FilePath(path))
    }
    contents.entries[candidate.realPath.string] = Entry(
      answer: answer, files: files, loader: loader)
    changed = true
  }

  /// Replaces the file at once, if there is something new; forgets interpreters that are gone.
  func save() {
    guard changed else { return }
    var contents = contents
    contents.entries = contents.entries.filter { FileSystem.identity(FilePath($0.key)) != nil }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    guard let data = try? encoder.encode(contents) else { return }
    try? FileManager.default.createDirectory(
      atPath: file.removingLastComponent().string, withIntermediateDirectories: true)
    try? data.write(to: URL(filePath: file.string), options: .atomic)
  }
}
