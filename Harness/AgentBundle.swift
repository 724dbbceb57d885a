public import Attach
public import SystemPackage

/// The Python agent that travels inside this program.
public enum AgentBundle {
  /// The file that starts a program with the agent in it.
  public static let launcher = "launcher.py"

  /// Writes the agent's files into a folder, which must not have files of these names.
  ///
  /// - Returns: the path of ``launcher``.
  @discardableResult
  public static func write(to folder: Directory) throws(Directory.Failure) -> FilePath {
    for file in EmbeddedFiles.agent { try folder.write(file.text, to: file.path) }
    return folder.path.appending(launcher)
  }

  /// As `load.py` reads it.
  fileprivate static var inOneFile: String {
    EmbeddedFiles.agent.filter { $0.path != launcher }
      .map { "\($0.path) \($0.text.utf8.count)\n\($0.text)" }.joined()
  }

  fileprivate static func text(_ name: String) -> String {
    EmbeddedFiles.agent.first { $0.path == "_matrix_agent/\(name)" }?.text ?? ""
  }
}

extension Payload {
  /// What an agent does that arrives in a program that runs.
  public enum AgentRole: String, Sendable {
    /// Connects to a debugger that listens.
    case attach
    /// Waits for debuggers to connect.
    case listen
  }

  /// Loads the agent into a running program. The answer, when it is there, is the endpoint.
  ///
  /// - Parameters:
  ///   - folder: with the agent's files; nil to bring them along.
  ///   - endpoint: a port on 127.0.0.1, or `unix:PATH`.
  ///   - token: what the agent says, or wants to hear, first.
  ///   - options: as of the classic protocol, with commas between.
  public static func agent(
    _ role: AgentRole, from folder: FilePath?, endpoint: String, token: String,
    options: String = ""
  ) -> Payload {
    let place = folder.map { PythonLiteral.string($0.string) } ?? "folder"
    let rest = [role.rawValue, endpoint, token, options].map(PythonLiteral.string)
    let call = ([place] + rest + ["reply"]).joined(separator: ", ")
    return Payload(
      source: AgentBundle.text("load.py") + "\nload(\(call))\nresult = reply\n",
      fileName: "<matrix agent>", receivesSignals: true,
      bundle: folder == nil ? AgentBundle.inOneFile : nil)
  }
}
