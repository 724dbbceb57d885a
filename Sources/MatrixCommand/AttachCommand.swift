import Agent
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
    case auto, inject, safe
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

      With --listen the debug agent is loaded, on threads of its own, and waits for debuggers that \
      know the secret; docs/wire-protocol.md says what they speak.

      Examples:
        matrix attach 4711 --stacks
        matrix attach 4711 --eval 'len(queue)'
        matrix attach 4711 --exec patch.py --timeout 30
        matrix attach 4711 --stacks --format json
        matrix attach 4711 --listen 5678
        matrix attach 4711 --listen unix:/run/user/1000/debug --secret "$secret"

      \(AttachExitStatus.table)
      """)

  @Argument(help: "The process to attach to.")
  var pid: Int32

  @Option(
    help: """
      How to get in: auto; safe, by CPython's own place for it (3.14 and later); or inject, by a \
      call on the stopped main thread.
      """)
  var method: Method = .auto

  @Option(name: .customLong("exec"), help: "Run this file, read here, as a module of its own.")
  var file: String?

  @Option(
    name: .customLong("eval"), help: "Evaluate this among the program's globals and print it.")
  var expression: String?

  @Flag(help: "Show all threads' Python stacks with their locals.")
  var stacks = false

  @OptionGroup var listening: ListenOptions

  @Option(help: "How long to wait for the code to end, in seconds.")
  var timeout: Double = 10

  @Option(help: "How to print: text or json.")
  var format: Format = .text

  @Flag(
    help: "Go on in a process with a seccomp filter. Right where the filter answers with errors.")
  var ignoreSeccomp = false

  @Flag(help: "Wake no thread that sleeps: wait until the program looks for requests by itself.")
  var noWake = false

  @Flag(
    help: """
      With --method auto, make no call into a CPython of 3.14 or later where safe attach cannot get \
      in, as in a main thread that waits for a lock.
      """)
  var noInject = false

  @OptionGroup(title: "Safe attach")
  var switchOptions: SafeSwitchOptions

  @Option(help: "Add one line of JSON for the attempt and one for its result to this file.")
  var telemetry: String?

  @Flag(help: "Say on standard error what was looked at, and how long each part took.")
  var verbose = false

  func validate() throws {
    guard pid > 0 else { throw ValidationError("A pid is greater than 0.") }
    guard timeout > 0, timeout <= 86_400 else {
      throw ValidationError("--timeout takes seconds, more than 0 and at most 86400.")
    }
    let choices = [file != nil, expression != nil, stacks, listening.endpoint != nil]
    guard choices.filter(\.self).count == 1 else {
      throw ValidationError(
        "Say one of --exec FILE, --eval EXPRESSION, --stacks and --listen ENDPOINT.")
    }
  }

  func run() async throws {
    let limits = AttachLimits(timeout: .seconds(timeout), ignoresSeccomp: ignoreSeccomp)
    let report = try await measured(limits)
    switch format {
    case .text: printText(report)
    case .json:
      var encoded = EncodedAttach(report, pid: pid, listsStacks: stacks)
      encoded.listening = listening.place(answered: encoded.result)
      print(try encoded.text)
    }
    let status = AttachExitStatus(report.outcome)
    if status != .attached { throw status.code }
  }

  /// With an event before and one after it.
  private func measured(_ limits: AttachLimits) async throws -> AttachReport {
    let payload = try payload()
    var switches = SafeSwitches(environment: ProcessInfo.processInfo.environment)
    if verbose { switches.isVerbose = true }
    switchOptions.apply(to: &switches)
    let file: TelemetryFile?
    do {
      file = try telemetry.map { try TelemetryFile(FilePath($0)) }
    } catch {
      throw ValidationError("\(telemetry ?? "") cannot be written: \(error)")
    }
    let process = LiveProcess(pid: pid)
    let id = UUID().uuidString
    file?.write(
      .attempt(
        AttachAttempt(
          id: id, time: Date().timeIntervalSince1970, process: process, method: method.rawValue,
          timeout: limits.timeout, switches: switches)))
    let begin = ContinuousClock.now
    let report = await entry(switches).attach(to: process, running: payload, limits: limits)
    let result = AttachResult(
      report, id: id, time: Date().timeIntervalSince1970, pid: pid, method: method.rawValue,
      total: begin.duration(to: .now))
    file?.write(.result(result))
    if let declined = result.declined, format == .text {
      Message.write("note: \(declined); the code was injected instead")
    }
    for answer in report.safe?.providers ?? []
    where switches.isVerbose || !answer.provider.mayBeWrittenTo {
      Message.write(answer.sentence(found: report.safe?.thread?.address))
    }
    if switches.isVerbose { Message.write(result.summary) }
    return report
  }

  private func entry(_ switches: SafeSwitches) -> any Attach {
    let safe = SafeAttach(SafeOptions(switches: switches, wakes: !noWake))
    return switch method {
    case .auto: AutomaticAttach(safe: safe, mayInject: !noInject)
    case .inject: LegacyInjector()
    case .safe: safe
    }
  }

  private func payload() throws -> Payload {
    if let expression { return .expression(expression) }
    if let endpoint = listening.endpoint {
      return .agent(.listen, from: nil, endpoint: endpoint.description, token: listening.secret)
    }
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
      if let place = listening.place(answered: text) {
        print("listening at \(place.endpoint)\nsecret \(place.secret)")
      } else {
        print(stacks ? StackListing(parsing: text).description : text)
      }
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
