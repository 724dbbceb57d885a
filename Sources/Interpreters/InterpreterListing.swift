import CPython
import FoundationEssentials
import SystemPackage

/// The forms in which a list of interpreters is printed. Each is whole text without a line break at
/// its end.
public struct InterpreterListing: Sendable {
  public var interpreters: [Interpreter]

  public init(_ interpreters: [Interpreter]) { self.interpreters = interpreters }

  /// One row each, its columns aligned.
  public var text: String {
    let head = ["LABEL", "VERSION", "FLAGS", "LINKAGE", "LIBC", "ARCH", "ATTACH", "SOURCE", "PATH"]
    let rows = zip(interpreters, uniqueLabels(interpreters)).map { interpreter, label in
      [
        label, "\(interpreter.version)",
        interpreter.abiFlags.isEmpty ? "-" : "\(interpreter.abiFlags)", interpreter.linkageName,
        interpreter.libc.rawValue, interpreter.architecture, interpreter.entryName,
        interpreter.source.rawValue, interpreter.path.string,
      ]
    }
    let table = [head] + rows
    let widths = head.indices.map { column in table.map { $0[column].count }.max() ?? 0 }
    return table.map { row in
      let cells = zip(row, widths).dropLast().map { cell, width in
        cell + String(repeating: " ", count: width - cell.count)
      }
      return (cells + row.suffix(1)).joined(separator: "  ")
    }.joined(separator: "\n")
  }

  /// `{"interpreters": [...], "schema": 1}` with the fields of ``EncodedInterpreter``, keys sorted.
  public var json: String {
    get throws {
      let list = zip(interpreters, uniqueLabels(interpreters)).map(EncodedInterpreter.init)
      return try Self.encode(
        EncodedListing(interpreters: list), [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted])
    }
  }

  /// One line for `strategy.matrix: ${{ fromJSON(…) }}`: a job per name, whose `python` is what
  /// `--versions` and `MATRIX_VERSIONS` take to mean every build of that name.
  public var githubMatrix: String {
    get throws {
      var jobs: [GitHubMatrix.Job] = []
      for interpreter in interpreters {
        if let index = jobs.firstIndex(where: { $0.python == interpreter.name }) {
          jobs[index].builds += 1
        } else {
          jobs.append(GitHubMatrix.Job(python: interpreter.name, builds: 1))
        }
      }
      return try Self.encode(GitHubMatrix(include: jobs), [.sortedKeys, .withoutEscapingSlashes])
    }
  }

  private struct GitHubMatrix: Encodable {
    struct Job: Encodable {
      var python: String
      /// How many interpreters have that name.
      var builds: Int
    }

    var include: [Job]
  }

  private static func encode(
    _ value: some Encodable, _ formatting: JSONEncoder.OutputFormatting
  ) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = formatting
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }
}

extension Interpreter {
  /// How `attach` gets into a running process; nothing where 3.14 or later was built without PEP 768,
  /// and for a build that no method can enter.
  fileprivate var entryName: String {
    guard remoteDebugging != .disabled, let release = version.series.release else { return "-" }
    return release.attachEntries(abiFlags).first?.rawValue ?? "-"
  }
}

/// A name for the column of each interpreter, in their order, as short as tells them apart.
///
/// `3.12` where there is one build of that name; `3.11 static` and `3.11 shared` where there are
/// both; then the full version, the source and at last the path, for those that need it only.
public func uniqueLabels(_ interpreters: [Interpreter]) -> [String] {
  let forms: [(Interpreter) -> String] = [
    { $0.name },
    { $0.label },
    { "\($0.version)\($0.variant) \($0.linkageName)" },
    { "\($0.version)\($0.variant) \($0.linkageName) \($0.source.rawValue)" },
    { "\($0.version)\($0.variant) \($0.linkageName) \($0.realPath)" },
  ]
  var labels = interpreters.map(forms[0])
  for form in forms.dropFirst() {
    let counts = Dictionary(labels.map { ($0, 1) }, uniquingKeysWith: +)
    for index in interpreters.indices where counts[labels[index], default: 0] > 1 {
      labels[index] = form(interpreters[index])
    }
  }
  return labels
}

extension Interpreter {
  /// `shared` or `static`.
  var linkageName: String { isShared ? "shared" : "static" }
}
