import CPython
import ObjectFile
import PythonRuntime

extension Inspection {
  /// For people: facts, then symbols, then every offset; without a line break at the end.
  public var text: String {
    var lines: [String] = []
    for (name, value) in facts { lines.append(Self.row(name, value)) }
    lines += notes.map { Self.row("note", $0) }
    lines += ["", "symbols"]
    let width = ImageRuntime.symbolNames.map(\.count).max() ?? 0
    for symbol in runtime.symbols {
      let name = symbol.name + String(repeating: " ", count: width - symbol.name.count)
      lines.append("  \(name)  \(symbol.address?.hexadecimal ?? "-")")
    }
    if let offsets { lines += [""] + Self.table(offsets) }
    return lines.joined(separator: "\n")
  }

  private var facts: [(String, String)] {
    var facts: [(String, String)] = []
    if case .process(let pid) = subject { facts.append(("process", "\(pid)")) }
    facts.append(("file", file))
    facts.append(("format", formatName + buildIDSuffix))
    facts.append(("version", "\(versionName), from \(versionOrigin)"))
    facts.append(("abi", "\(abiName): \(buildName)"))
    facts.append(("linkage", linkage))
    facts.append(("runtime", runtimePlace))
    if let live { facts += Self.facts(live) }
    facts.append(("debug offsets", tableProblem ?? tableSummary))
    facts.append(("remote debugging", remoteDebuggingName))
    return facts
  }

  private var buildIDSuffix: String {
    guard let id = try? runtime.image.buildID() else { return "" }
    let digits = id.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }
    return ", build id \(digits.joined())"
  }

  private var runtimePlace: String {
    guard let location = runtime.location else {
      return series.map { $0 < PythonSeries(3, 7) } == true
        ? "no _PyRuntime: CPython has had it since 3.7" : "no _PyRuntime was found"
    }
    return "\(location.address.hexadecimal) in the file, by \(locationWay)"
  }

  private var tableSummary: String {
    guard let layout = offsets?.layout else { return "" }
    let count = layout.groups.map(\.fields.count).reduce(0, +)
    let size = "\(count) entries in \(layout.tableSize) bytes"
    return switch live?.tableIsThatOfFile {
    case true?: size + ", in memory as in the file"
    case false?: size + ", in memory otherwise than in the file"
    case nil: size
    }
  }

  private static func facts(_ live: LiveState) -> [(String, String)] {
    var facts: [(String, String)] = []
    if let address = live.runtimeAddress {
      facts.append(
        ("", "\(address.hexadecimal) in memory, load bias \(live.loadBias.hexadecimal)"))
    } else {
      facts.append(("", "load bias \(live.loadBias.hexadecimal)"))
    }
    for interpreter in live.interpreters {
      var text = "\(interpreter.id) at \(interpreter.address.hexadecimal)"
      text += ", threads_head \(interpreter.threadsHead.hexadecimal)"
      if let main = interpreter.threadsMain { text += ", threads_main \(main.hexadecimal)" }
      facts.append(("interpreter", text))
    }
    if live.isFinalizing == true { facts.append(("", "the runtime is ending")) }
    return facts
  }

  private static func table(_ offsets: DebugOffsets) -> [String] {
    let entries = offsets.entries
    let width = entries.map(\.name.count).max() ?? 0
    return ["debug offsets: position in the table, name, value in bytes"]
      + entries.map { entry in
        let position = "\(entry.position)"
        let name = entry.name + String(repeating: " ", count: width - entry.name.count)
        return
          "  \(String(repeating: " ", count: max(0, 3 - position.count)))\(position)  \(name)  "
          + "\(entry.value)\(entry.isSize ? " (size)" : "")"
      }
  }

  private static func row(_ name: String, _ value: String) -> String {
    name + String(repeating: " ", count: max(0, 18 - name.count)) + value
  }
}
