import Agent
import ArgumentParser
import Attach
import FoundationEssentials
import SystemPackage

/// `matrix attach`
struct AttachCommand: AsyncParsableCommand {
  enum Method: String, ExpressibleByArgument, CaseIterable {
    case auto, inject, safe

    var choice: AttachMethod {
      switch self {
      case .auto: .auto
      case .inject: .inject
      case .safe: .safe
      }
    }
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
      know the secret; docs/wire-protocol.md says what they speak. --close ends that.

      Several processes are attached to one after the other, and --every does so again and again, \
      until --count rounds are over, the processes have ended, or Ctrl-C. JSON then has one document \
      a line. The exit code is the highest of all attaches.

      Examples:
        matrix attach 4711 --stacks
        matrix attach 4711 --eval 'len(queue)'
        matrix attach 4711 --exec patch.py --timeout 30
        matrix attach 4711 --stacks --format json
        matrix attach 4711 --listen 5678
        matrix attach 4711 --listen unix:/run/user/1000/debug --secret-file /dev/fd/3 3<secret
        matrix attach 4711 --close all
        matrix attach 4711 4712 --stacks --every 0.5 --count 20 --format json

      \(AttachExitStatus.table)
      """)

  @Argument(help: ArgumentHelp("The processes to attach to.", valueName: "pid"))
  var pids: [Int32]

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

  @Option(
    help: ArgumentHelp(
      "With --stacks or --eval, attach again after so many seconds.", valueName: "seconds"))
  var every: Double?

  @Option(help: ArgumentHelp("With --every, attach so many times.", valueName: "number"))
  var count: Int?

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
    guard !pids.isEmpty, pids.allSatisfy({ $0 > 0 }) else {
      throw ValidationError("A pid is greater than 0.")
    }
    guard timeout > 0, timeout <= 86_400 else {
      throw ValidationError("--timeout takes seconds, more than 0 and at most 86400.")
    }
    let choices = [
      file != nil, expression != nil, stacks, listening.endpoint != nil, listening.closing != nil,
    ]
    guard choices.filter(\.self).count == 1 else {
      throw ValidationError(
        "Say one of --exec FILE, --eval EXPRESSION, --stacks, --listen ENDPOINT and --close ENDPOINT."
      )
    }
    let isRepeatable = stacks || expression != nil
    guard isRepeatable || (every == nil && pids.count == 1) else {
      throw ValidationError("--every and several processes go with --stacks and --eval only.")
    }
    if let every, every <= 0 || every > 86_400 {
      throw ValidationError("--every takes seconds, more than 0 and at most 86400.")
    }
    if let count {
      guard every != nil else { throw ValidationError("--count goes with --every SECONDS.") }
      guard count > 0 else { throw ValidationError("--count takes a number greater than 0.") }
    }
  }

  func run() async throws {
    let environment = ProcessInfo.processInfo.environment
    var switches = SafeSwitches(environment: environment)
    if verbose { switches.isVerbose = true }
    switchOptions.apply(to: &switches)
    let secret = listening.endpoint == nil ? "" : try listening.secret(environment: environment)
    let series = AttachSeries(
      entry: entry(switches), payload: try payload(secret: secret),
      limits: AttachLimits(timeout: .seconds(timeout), ignoresSeccomp: ignoreSeccomp),
      method: method.choice, switches: switches, telemetry: try telemetryFile(), format: format,
      listsStacks: stacks, listening: listening, secret: secret,
      interval: every.map { .seconds($0) }, count: count)
    let status =
      every == nil && pids.count == 1
      ? try await series.run(on: pids) : try await series.runUntilInterrupted(on: pids)
    if status != .attached { throw status.code }
  }

  private func telemetryFile() throws -> TelemetryFile? {
    do {
      return try telemetry.map { try TelemetryFile(FilePath($0)) }
    } catch {
      throw ValidationError("\(telemetry ?? "") cannot be written: \(error)")
    }
  }

  private func entry(_ switches: SafeSwitches) -> any Attacher {
    let safe = SafeAttach(SafeOptions(switches: switches, wakes: !noWake))
    return switch method {
    case .auto: AutomaticAttach(safe: safe, mayInject: !noInject)
    case .inject: LegacyInjector()
    case .safe: safe
    }
  }

  private func payload(secret: String) throws -> Payload {
    if let expression { return .expression(expression) }
    if let endpoint = listening.endpoint {
      return .agent(.listen, from: nil, endpoint: endpoint.description, token: secret)
    }
    if let closing = listening.closing { return .closingListeners(at: closing.endpoint) }
    guard let file else { return .stacks }
    do {
      let source = try String(contentsOf: URL(filePath: file), encoding: .utf8)
      return .file(source, name: file)
    } catch {
      throw ValidationError("\(file) cannot be read as UTF-8 text.")
    }
  }
}
