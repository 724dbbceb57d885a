import Glibc

extension RunStart {
  /// What this machine is about to do now.
  public static func now(_ plan: Plan, jobs: Int) -> RunStart {
    let fixed = getenv("SOURCE_DATE_EPOCH").flatMap { Int(String(cString: $0)) }
    return RunStart(
      toolVersion: ToolVersion.current, date: fixed ?? time(nil), machine: machine,
      columns: plan.columns, rows: plan.rows, jobs: jobs)
  }

  private static var machine: String {
    var name = utsname()
    guard uname(&name) == 0 else { return "unknown" }
    return [text(name.sysname), text(name.release), text(name.machine)].joined(separator: " ")
  }

  private static func text(_ field: some Any) -> String {
    withUnsafeBytes(of: field) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
  }
}

/// The version of this program, as `matrix --version` and every report say it.
public enum ToolVersion {
  public static let current = "0.1.0"
}
