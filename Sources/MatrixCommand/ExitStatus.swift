import ArgumentParser

/// What the exit code says. See `docs/exit-codes.md`.
enum ExitStatus: Int32, CaseIterable {
  case asExpected = 0
  case unexpectedResults = 1
  case interrupted = 2
  case internalError = 3
  case nothingSelected = 4
  case somethingMissing = 5
  /// The parser of arguments gives this by itself (EX_USAGE of sysexits.h).
  case usage = 64

  var code: ExitCode { ExitCode(rawValue) }

  private var meaning: String {
    switch self {
    case .asExpected: "everything is as expected"
    case .unexpectedResults: "some results are not as expected"
    case .interrupted: "interrupted; the results so far are reported"
    case .internalError: "matrix itself failed"
    case .nothingSelected: "nothing was selected, or nothing of it could run"
    case .somethingMissing: "something required is missing"
    case .usage: "the command line could not be understood"
    }
  }

  static let table =
    "Exit codes:\n"
    + allCases.map { "  \($0.rawValue)  \($0.meaning)" }
    .joined(separator: "\n")
}
