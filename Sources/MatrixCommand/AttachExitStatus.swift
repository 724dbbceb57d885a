import ArgumentParser
import Attach

/// What the exit code of `matrix attach` and `matrix doctor` says. See `docs/exit-codes.md`.
enum AttachExitStatus: Int32, CaseIterable {
  case attached = 0
  case raised = 10
  case busy = 11
  case stillRunning = 12
  case noSuchProcess = 20
  case zombie = 21
  case endedMeanwhile = 22
  case pidReused = 23
  case otherUser = 30
  case notDumpable = 31
  case notPermitted = 32
  case seccomp = 33
  case traced = 34
  case stopped = 35
  case noPlace = 36
  case switchedOff = 37
  case scriptNotRun = 38
  case otherDebugger = 39
  case notPython = 40
  case unsupported = 41
  case mainThreadGone = 42
  case damaged = 43
  case badAnswer = 44

  init(_ outcome: AttachOutcome) {
    self =
      switch outcome {
      case .attached(.result): .attached
      case .attached(.raised): .raised
      case .busy(.stillRunning): .stillRunning
      case .busy: .busy
      case .gone(.noSuchProcess): .noSuchProcess
      case .gone(.zombie): .zombie
      case .gone(.endedMeanwhile): .endedMeanwhile
      case .gone(.pidReused): .pidReused
      case .refused(.otherUser): .otherUser
      case .refused(.notDumpable): .notDumpable
      case .refused(.morePrivileged), .refused(.yama), .refused(.notPermitted): .notPermitted
      case .refused(.seccomp): .seccomp
      case .refused(.traced): .traced
      case .refused(.stopped), .refused(.stoppedMeanwhile): .stopped
      case .refused(.exchangeFailed): .noPlace
      case .refused(.badAnswer): .badAnswer
      case .refused(.noMemory), .refused(.noFolder): .noPlace
      case .refused(.safe(let refusal)): Self(refusal)
      case .unsupported(.notPython), .unsupported(.kernelThread): .notPython
      case .unsupported: .unsupported
      }
  }

  private init(_ refusal: SafeRefusal) {
    self =
      switch refusal {
      case .switchedOff, .disabledHere, .notWriting: .switchedOff
      case .scriptNotRun, .scriptUnreadable: .scriptNotRun
      case .otherDebugger: .otherDebugger
      case .pathTooLong: .noPlace
      case .mainThreadGone: .mainThreadGone
      case .preRelease, .unknownSeries: .unsupported
      case .tableDamaged, .stateDamaged, .writeFailed: .damaged
      }
  }

  var code: ExitCode { ExitCode(rawValue) }

  private var meaning: String {
    switch self {
    case .attached: "the code ran to its end"
    case .raised: "the code ran and raised"
    case .busy: "the program did not reach a safe point in time; the code will not run"
    case .stillRunning: "the code was started and had not ended in time"
    case .noSuchProcess: "there is no such process"
    case .zombie: "the process has ended and is a zombie"
    case .endedMeanwhile: "the process ended during the attach"
    case .pidReused: "the pid belongs to another process now"
    case .otherUser: "the process belongs to another user"
    case .notDumpable: "the process is not dumpable"
    case .notPermitted: "the system does not permit it"
    case .seccomp: "the process has a seccomp filter"
    case .traced: "another process traces it"
    case .stopped: "the process is stopped by a signal"
    case .noPlace: "no memory or no directory for the code, or the process cannot use it"
    case .switchedOff: "remote debugging is switched off"
    case .scriptNotRun: "the program took the request and did not run the script"
    case .otherDebugger: "another debugger's request is pending"
    case .notPython: "there is no CPython in the process"
    case .unsupported: "not supported: version, build, processor or system"
    case .mainThreadGone: "the main thread has ended"
    case .damaged: "what CPython's table leads to is not what it has to be"
    case .badAnswer: "there is an answer that the code did not write"
    }
  }

  /// In snake_case, as JSON has it.
  var name: String {
    "\(self)".reduce(into: "") { $0 += $1.isUppercase ? "_\($1.lowercased())" : "\($1)" }
  }

  static let table =
    "Exit codes:\n"
    + allCases.map { "  \($0.rawValue)  \($0.meaning)\n" }.joined()
    + "  64  the command line could not be understood"
}
