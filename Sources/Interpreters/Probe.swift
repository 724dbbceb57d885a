import FoundationEssentials
import Subprocess
import SystemPackage

/// Asks an executable what it is, in a process of its own that cannot outlive the question.
struct Probe {
  /// Why there is no answer. The text is a sentence.
  struct Failure: Error, Equatable, CustomStringConvertible {
    var description: String
  }

  var variables: [String: String]
  var deadline: Duration

  /// The variables that the interpreter sees: none that changes what Python does.
  var environment: [String: String] {
    variables.filter { !$0.key.hasPrefix("PYTHON") && $0.key != "__PYVENV_LAUNCHER__" }
  }

  func ask(_ path: FilePath) async -> Result<ProbeAnswer, Failure> {
    let outcome = await withTaskGroup(of: Result<String, Failure>.self) { group in
      group.addTask { await run(path) }
      group.addTask {
        // Cancelled as soon as there is an answer.
        try? await Task.sleep(for: deadline)
        return .failure(Failure(description: "it did not answer within \(deadline)"))
      }
      let first = await group.next()
      group.cancelAll()
      return first ?? .failure(Failure(description: "it was not asked"))
    }
    return outcome.flatMap(Self.answer(in:))
  }

  /// What it printed.
  private func run(_ path: FilePath) async -> Result<String, Failure> {
    var options = PlatformOptions()
    // What it started goes with it.
    options.processGroupID = 0
    options.teardownSequence = [
      .send(signal: .kill, toProcessGroup: true, allowedDurationToNextStep: .seconds(1))
    ]
    let variables = environment.map { ("\($0.key)", $0.value) }
    let custom = Dictionary(
      variables.compactMap { name, value in
        Environment.Key(rawValue: name).map { ($0, value) }
      }, uniquingKeysWith: { _, last in last })
    do {
      let result = try await Subprocess.run(
        .path(.init(path.string)), arguments: Arguments(ProbeSource.arguments),
        environment: .custom(custom), workingDirectory: .init("/"), platformOptions: options,
        output: .string(limit: 65536), error: .string(limit: 65536))
      guard result.terminationStatus.isSuccess else {
        return .failure(
          Failure(description: Self.explain(result.terminationStatus, result.standardError)))
      }
      return .success(result.standardOutput)
    } catch {
      return .failure(Failure(description: "it cannot be run: \(error)"))
    }
  }

  /// The last line of what it complained about tells most.
  private static func explain(_ status: TerminationStatus, _ complaint: String) -> String {
    let end =
      switch status {
      case .exited(let code): "it ended with exit code \(code)"
      case .signaled(let signal): "it was ended by signal \(signal)"
      }
    let last = complaint.split(whereSeparator: \.isNewline).last?.trimmingSpaces ?? ""
    return last.isEmpty ? end : "\(end): \(last.prefix(200))"
  }

  private static func answer(in output: String) -> Result<ProbeAnswer, Failure> {
    let lines = output.split(whereSeparator: \.isNewline)
    guard let line = lines.last(where: { $0.hasPrefix(ProbeSource.marker) }) else {
      return .failure(Failure(description: "it does not answer as a Python 3 does"))
    }
    let json = Data(line.dropFirst(ProbeSource.marker.count).utf8)
    guard let answer = try? JSONDecoder().decode(ProbeAnswer.self, from: json) else {
      return .failure(Failure(description: "its answer is not understood"))
    }
    return .success(answer)
  }
}
