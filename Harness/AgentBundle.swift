public import SystemPackage

/// The Python agent that travels inside this program.
public enum AgentBundle {
  /// Writes the agent's files into a folder of a scratch.
  ///
  /// - Returns: the path of `launcher.py`.
  public static func write(to scratch: Scratch, folder: String) throws(Scratch.Failure) -> FilePath
  {
    for file in EmbeddedFiles.agent {
      try scratch.write(file.text, to: "\(folder)/\(file.path)")
    }
    return scratch.path.appending(folder).appending("launcher.py")
  }
}
