import Attach
import CPython
import FoundationEssentials
import PythonRuntime
import TargetProcess

/// The report of an attach as JSON.
struct AttachDocument: Encodable {
  let schema = 2
  /// The end of the attach, in seconds since 1970.
  let time = Date().timeIntervalSince1970
  let pid: Int32
  let entry: String
  /// `attached`, `busy`, `refused`, `gone` or `unsupported`.
  let outcome: String
  /// The name of the exit code.
  let cause: String
  let message: String?
  let next: String?
  let result: String?
  /// The endpoints that were closed, if that was asked for.
  var closed: [String]?
  /// Where the agent waits for debuggers, if that was asked for.
  var listening: ListenOptions.Place?
  let stacks: StackListing?
  let traceback: String?
  let route: String?
  let visits: Int
  /// In milliseconds.
  let pause: Double?
  /// In milliseconds, by phase.
  let times: [String: Double]
  let lastPhase: String?
  let runtime: Runtime?
  let declined: String?
  let wake: String?

  struct Runtime: Encodable {
    let path: String
    let series: String?
    let readThrough: String
  }

  init(_ report: AttachReport, pid: Int32, listsStacks: Bool) {
    self.pid = pid
    entry = report.entry.rawValue
    outcome = report.outcome.name
    cause = AttachExitStatus(report.outcome).name
    let sentences = report.outcome.sentences(pid: pid)
    var answer: (result: String?, traceback: String?) = (nil, nil)
    if case .attached(let said) = report.outcome {
      switch said {
      case .result(let text): answer.result = text
      case .raised(let text): answer.traceback = text
      }
    }
    message = answer.traceback == nil && report.outcome.name == "attached" ? nil : sentences.what
    next = sentences.next
    result = listsStacks ? nil : answer.result
    stacks = listsStacks ? answer.result.map { StackListing(parsing: $0) } : nil
    traceback = answer.traceback
    route = report.route?.rawValue
    visits = report.visits
    pause = report.longestPause.map(\.milliseconds)
    times = Dictionary(
      uniqueKeysWithValues: report.times.map { ($0.key.rawValue, $0.value.milliseconds) })
    lastPhase = report.lastPhase?.rawValue
    declined = report.declined.map { $0.sentences(pid: pid).what }
    wake = report.safe?.wake.rawValue
    runtime = report.runtime.map {
      Runtime(
        path: $0.path, series: $0.name.map { "\($0.series)\($0.abiFlags)" },
        readThrough: $0.readThrough.rawValue)
    }
  }
}

extension Duration {
  fileprivate var milliseconds: Double {
    let (seconds, fraction) = components
    return Double(seconds) * 1000 + (Double(fraction) / 1e12).rounded() / 1000
  }
}
