import ArgumentParser
import Attach
import SystemPackage
import TargetProcess

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// `matrix attach`
struct AttachCommand: AsyncParsableCommand {
  enum Method: String, ExpressibleByArgument, CaseIterable {
    case auto, inject
  }

  enum Format: String, ExpressibleByArgument, CaseIterable {
    case text, json
  }

  static let configuration = CommandConfiguration(
    commandName: "attach",
    abstract: "Run code in a Python program that is running already.",
    discussion: """
      The code runs once, in the program's main thread, between two of its own instructions or while \
      it waits. The program needs no preparation, and goes on whatever happens here. What the code \
      answers goes to standard output; what it prints goes where the program prints.

      Examples:
        matrix attach 4711 --stacks
        matrix attach 4711 --eval 'len(queue)'
        matrix attach 4711 --exec patch.py --timeout 30
        matrix attach 4711 --stacks --format json

      \(AttachExitStatus.table)
      """)

  @Argument(help: "The process to attach to.")
  var pid: Int32

  @Option(help: "How to get in: auto or inject.")
  var method: Method = .auto

  @Option(name: .customLong("exec"), help: "Run this file, read here, as a module of its own.")
  var file: String?

  @Option(
    name: .customLong("eval"), help: "Evaluate this among the program's globals and print it.")
  var expression: String?

  @Flag(help: "Show all threads' Python stacks with their locals.")
  var stacks = false

  @Option(help: "How long to wait for the code to end, in seconds.")
  var timeout: Double = 10

  @Option(help: "How to print: text or json.")
  var format: Format = .text

  @Flag(
    help: "Go on in a process with a seccomp filter. Right where the filter answers with errors.")
  var ignoreSeccomp = false

  func validate() throws {
    guard pid > 0 else { throw ValidationError("A pid is greater than 0.") }
    guard timeout > 0, timeout <= 86_400 else {
      throw ValidationError("--timeout takes seconds, more than 0 and at most 86400.")
    }
    let choices = [file != nil, expression != nil, stacks].filter(\.self).count
    guard choices == 1 else {
      throw ValidationError("Say one of --exec FILE, --eval EXPRESSION and --stacks.")
    }
  }

  func run() async throws {
    let limits = AttachLimits(timeout: .seconds(timeout), ignoresSeccomp: ignoreSeccomp)
    let report = await LegacyInjector()
      .attach(to: LiveProcess(pid: pid), running: try payload(), limits: limits)
    switch format {
    case .text: printText(report)
    case .json: print(try EncodedAttach(report, pid: pid, listsStacks: stacks).text)
    }
    let status = AttachExitStatus(report.outcome)
    if status != .attached { throw status.code }
  }

  private func payload() throws -> Payload {
    if let expression { return .expression(expression) }
    guard let file else { return .stacks }
    do {
      let source = try String(contentsOf: URL(filePath: file), encoding: .utf8)
      return .file(source, name: file)
    } catch {
      throw ValidationError("\(file) cannot be read as UTF-8 text.")
    }
  }

  private func printText(_ report: AttachReport) {
    switch report.outcome {
    case .attached(.result(let text?)):
      print(stacks ? StackListing(parsing: text).description : text)
    case .attached(.result(nil)): break
    case .attached(.raised(let traceback)):
      Message.write(traceback + "error: \(report.outcome.sentences(pid: pid).what)")
    case .busy, .refused, .gone, .unsupported:
      let (what, next) = report.outcome.sentences(pid: pid)
      Message.write("error: \(what)")
      if let next { Message.write("  \(next)") }
    }
  }
}
