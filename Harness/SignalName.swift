/// Names of the signals that end programs (signal(7); the numbers are those of Linux and macOS
/// wherever both agree).
public enum SignalName {
  private static let names: [Int: String] = [
    1: "SIGHUP", 2: "SIGINT", 3: "SIGQUIT", 4: "SIGILL", 5: "SIGTRAP", 6: "SIGABRT", 8: "SIGFPE",
    9: "SIGKILL", 11: "SIGSEGV", 13: "SIGPIPE", 14: "SIGALRM", 15: "SIGTERM",
  ]

  public static func of(_ number: Int) -> String { names[number] ?? "signal \(number)" }

  static func number(of name: String) -> Int? { names.first { $0.value == name }?.key }
}
