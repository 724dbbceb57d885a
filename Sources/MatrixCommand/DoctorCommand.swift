import ArgumentParser
import Attach
import FoundationEssentials

/// `matrix doctor`
struct DoctorCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor",
    abstract: "Tell whether attaching works, why not, and what to do.",
    discussion: """
      Looks at this machine, and at one process if its pid is given. Stops nothing, changes nothing. \
      With a process it decides as matrix attach with the same options does before it touches the \
      process, and ends with the same exit code.

      Examples:
        matrix doctor
        matrix doctor --pid 4711
        matrix doctor --pid 4711 --format json

      \(AttachExitStatus.table)
      """)

  @Option(help: "The process that is to be attached to.")
  var pid: Int32?

  @Option(help: "How to print: text or json.")
  var format: AttachCommand.Format = .text

  @Option(help: "As for matrix attach: auto, safe or inject.")
  var method: AttachCommand.Method = .auto

  @Flag(help: "As for matrix attach.")
  var ignoreSeccomp = false

  @Flag(help: "As for matrix attach.")
  var noInject = false

  func validate() throws {
    if let pid, pid <= 0 { throw ValidationError("A pid is greater than 0.") }
  }

  func run() throws {
    let doctor = Doctor.examine(
      pid: pid, method: method.choice, mayInject: !noInject,
      switches: SafeSwitches(environment: ProcessInfo.processInfo.environment),
      limits: .init(ignoresSeccomp: ignoreSeccomp))
    switch format {
    case .text: VisibleText.printResult(doctor.description)
    case .json:
      VisibleText.printResult(try CommandDocument.text(DoctorDocument(doctor, pid: pid)))
    }
    if let obstacle = doctor.obstacle { throw AttachExitStatus(obstacle).code }
  }
}

/// What the doctor found, as JSON.
struct DoctorDocument: Encodable {
  struct Finding: Encodable {
    let subject: String
    /// `good`, `bad` or `note`.
    let verdict: String
    let text: String
    let next: String?
  }

  let schema = 2
  let pid: Int32?
  let findings: [Finding]
  /// The name of the exit code that an attach would have; nil when it could begin.
  let cause: String?
  /// The entry that the attach would use, `safe` or `inject`.
  let entry: String?
  /// What safe attach says where the injector would be used instead.
  let declined: String?

  init(_ doctor: Doctor, pid: Int32?) {
    self.pid = pid
    findings = doctor.findings.map {
      Finding(subject: $0.subject, verdict: $0.verdict.rawValue, text: $0.text, next: $0.next)
    }
    cause = doctor.obstacle.map { AttachExitStatus($0).name }
    entry = doctor.entry?.rawValue
    declined = doctor.declined.map { $0.sentences(pid: pid ?? 0).what }
  }
}
