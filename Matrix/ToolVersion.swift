/// The version of this program, as `matrix --version` and every report say it.
public enum ToolVersion {
  public static let current = "0.1.0"
}
