// Writes one Swift file that holds the text of every file below the given folders, and the bytes of
// the given programs, in base64.
//
// usage: EmbedFiles OUTPUT FOLDER|NAME=PROGRAM…

import Foundation

/// A raw string literal with more `#` than the text itself has after any quote.
func literal(_ text: String) -> String {
  var fence = "#"
  while text.contains("\"" + fence) || text.contains("\\" + fence) { fence += "#" }
  return "\(fence)\"\"\"\n\(text)\n\"\"\"\(fence)"
}

func files(below folder: URL) -> [URL] {
  let walk = FileManager.default.enumerator(
    at: folder, includingPropertiesForKeys: [.isRegularFileKey])
  return (walk?.compactMap { $0 as? URL } ?? [])
    .filter { (try? $0.resourceValues(forKeys: [.isRegularFileKey]).isRegularFile) == true }
    .filter { !$0.pathComponents.contains("__pycache__") }
    .sorted { $0.path < $1.path }
}

let arguments = CommandLine.arguments.dropFirst()
guard let output = arguments.first else {
  FileHandle.standardError.write(Data("usage: EmbedFiles OUTPUT FOLDER|NAME=PROGRAM…\n".utf8))
  exit(64)
}

var source = """
  struct EmbeddedFile: Sendable {
    /// Relative to the embedded folder, with `/` between components.
    let path: String
    let text: String
  }

  enum EmbeddedFiles {

  """
for argument in arguments.dropFirst() {
  let parts = argument.split(separator: "=", maxSplits: 1).map(String.init)
  if !argument.hasPrefix("/"), parts.count == 2 {
    let program = try Data(contentsOf: URL(fileURLWithPath: parts[1]))
    source += "  static let \(parts[0].lowercased()) = \"\(program.base64EncodedString())\"\n"
    continue
  }
  let folder = URL(fileURLWithPath: argument).standardizedFileURL
  source += "  static let \(folder.lastPathComponent.lowercased()): [EmbeddedFile] = [\n"
  for file in files(below: folder) {
    let path = file.standardizedFileURL.path.dropFirst(folder.path.count + 1)
    let text = try String(contentsOf: file, encoding: .utf8)
    source += "    EmbeddedFile(path: \"\(path)\", text: \(literal(text))),\n"
  }
  source += "  ]\n"
}
source += "}\n"
try Data(source.utf8).write(to: URL(fileURLWithPath: output))
