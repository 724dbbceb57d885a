/// When to write in colour: `--color`.
public enum ColorChoice: String, CaseIterable, Hashable, Sendable {
  case auto, always, never

  /// Whether to use colour on a stream.
  ///
  /// The order: an explicit `always` or `never`; `NO_COLOR`; `FORCE_COLOR` or `CLICOLOR_FORCE`,
  /// for CI systems that show colours without being a terminal; a terminal that is not `dumb`.
  /// The variables count when they are not empty (no-color.org, bixense.com/clicolors), the last
  /// two not when they are `0`.
  public func usesColor(environment: [String: String], isTerminal: Bool) -> Bool {
    switch self {
    case .always: return true
    case .never: return false
    case .auto: break
    }
    func isSet(_ name: String) -> Bool { environment[name].map { !$0.isEmpty } ?? false }
    func isForced(_ name: String) -> Bool { isSet(name) && environment[name] != "0" }
    if isSet("NO_COLOR") { return false }
    if isForced("FORCE_COLOR") || isForced("CLICOLOR_FORCE") { return true }
    return isTerminal && environment["TERM"] != "dumb"
  }
}
