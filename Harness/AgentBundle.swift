public import SystemPackage

/// The Python agent that travels inside this program.
public enum AgentBundle {
  /// Writes the agent's files into a folder, which must not have files of these names.
  ///
  /// - Returns: the path of `launcher.py`.
  @discardableResult
  public static func write(to folder: Folder) throws(Folder.Failure) -> FilePath {
    for file in EmbeddedFiles.agent { try folder.write(file.text, to: file.path) }
    return folder.path.appending("launcher.py")
  }
}
