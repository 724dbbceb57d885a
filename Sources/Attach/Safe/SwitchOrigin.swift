import SystemPackage
import TargetProcess

/// Tells by whom remote debugging was switched off, as far as the start of a process shows it.
enum SwitchOrigin {
  static func of(_ process: LiveProcess) -> SafeRefusal.Switch {
    let arguments = list(process, "cmdline")
    let options = CommandOptions(arguments.dropFirst())
    if options.implementation.contains(where: { $0 == name || $0.hasPrefix(name + "=") }) {
      return .flag
    }
    let isSet = list(process, "environ").contains { $0.hasPrefix("PYTHON_DISABLE_REMOTE_DEBUG=") }
    return isSet && !options.ignoresEnvironment ? .environment : .build
  }

  private static let name = "disable-remote-debug"

  private static func list(_ process: LiveProcess, _ file: String) -> [String] {
    let text = ProcText(pid: process.pid, file: file).lines.joined(separator: "\n")
    return text.split(separator: "\0", omittingEmptySubsequences: false).map(String.init)
  }
}

/// CPython's own options, up to the script.
struct CommandOptions: Hashable {
  /// Of `-X`.
  var implementation: [String] = []
  /// `-E`, `-I`
  var ignoresEnvironment = false

  init(_ arguments: some Sequence<String>) {
    var rest = Array(arguments)[...]
    while let argument = rest.popFirst(), argument.hasPrefix("-"), argument.count > 1 {
      if argument.hasPrefix("--") { continue }
      var letters = argument.dropFirst()
      while let letter = letters.popFirst() {
        switch letter {
        case "c", "m": return
        case "X", "W":
          let value = letters.isEmpty ? rest.popFirst() ?? "" : String(letters)
          if letter == "X" { implementation.append(value) }
          letters = ""
        case "E", "I": ignoresEnvironment = true
        default: break
        }
      }
    }
  }
}
