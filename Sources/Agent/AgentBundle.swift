public import Attach
public import SystemPackage

/// The Python agent that travels inside this program: the files of Harness/Agent.
public enum AgentBundle {
  /// The file that starts a program with the agent in it.
  public static let launcher = "launcher.py"

  /// Paths, relative to the directory that holds the agent, and texts.
  public static var files: [(path: String, text: String)] {
    EmbeddedFiles.agent.map { ($0.path, $0.text) }
  }

  /// All files as `load.py` reads them: for each, its path, its size in bytes and its text.
  fileprivate static var inOneFile: String {
    EmbeddedFiles.agent.filter { $0.path != launcher }
      .map { "\($0.path) \($0.text.utf8.count)\n\($0.text)" }.joined()
  }

  fileprivate static func text(_ name: String) -> String {
    EmbeddedFiles.agent.first { $0.path == "_matrix_agent/\(name)" }?.text ?? ""
  }
}

extension Payload {
  /// What an agent does once it has been loaded into a running program.
  public enum AgentRole: String, Sendable {
    /// Connects to a debugger that listens.
    case attach
    /// Waits for debuggers to connect.
    case listen
  }

  /// Loads the agent into a running program. Its answer is the endpoint.
  ///
  /// - Parameters:
  ///   - folder: the directory with the agent's files; nil to send the files with the payload.
  ///   - endpoint: a port on 127.0.0.1, or `unix:PATH`.
  ///   - token: the first message on the connection: the agent sends it, or expects it.
  ///   - options: options of the classic protocol, separated by commas.
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
