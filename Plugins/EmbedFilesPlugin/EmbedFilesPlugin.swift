import Foundation
import PackagePlugin

/// Turns the data folders of a target (see `folders`), and the programs it carries (see `programs`),
/// into one Swift file, so that the built program needs nothing beside it.
@main
struct EmbedFilesPlugin: BuildToolPlugin {
  private static let folders = ["Payloads", "Scenarios", "Templates"]
  /// Data folders that stand elsewhere in the package, by the target's name.
  private static let elsewhere = ["Agent": ["Harness/Agent"]]
  /// Products that a target carries, by the target's name.
  private static let programs = ["Harness": ["Host"]]

  func createBuildCommands(context: PluginContext, target: any Target) throws -> [Command] {
    let tool = try context.tool(named: "EmbedFiles")
    let root = URL(fileURLWithPath: target.directoryURL.path)
    let package = URL(fileURLWithPath: context.package.directoryURL.path)
    let present =
      Self.folders.map { root.appending(path: $0) }.filter {
        FileManager.default.fileExists(atPath: $0.path)
      } + (Self.elsewhere[target.name] ?? []).map { package.appending(path: $0) }
    let names = Self.programs[target.name] ?? []
    let programs = try names.map { try context.tool(named: $0).url }
    let all = (present.map(\.lastPathComponent) + names).joined(separator: ", ")
    let output = context.pluginWorkDirectoryURL.appending(path: "EmbeddedFiles.swift")
    return [
      .buildCommand(
        displayName: "Embedding \(all)",
        executable: tool.url,
        arguments: [output.path] + present.map(\.path)
          + zip(names, programs).map { "\($0)=\($1.path)" },
        inputFiles: present.flatMap(files(below:)) + programs,
        outputFiles: [output])
    ]
  }

  private func files(below folder: URL) -> [URL] {
    let walk = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)
    return (walk?.compactMap { $0 as? URL } ?? []).filter {
      !$0.path.contains("__pycache__") && !$0.hasDirectoryPath
    }
  }
}
