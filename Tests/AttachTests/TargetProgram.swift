import CPython
import Foundation
import Interpreters
import SystemPackage
import TargetProcess
import TestSupport
import Testing

/// A running `Targets/target.py`, which ends with its last reference.
final class TargetProgram {
  struct Failure: Error, CustomStringConvertible {
    var description: String
  }

  let process: ChildProcess
  private let folder: URL
  private let state: URL

  var pid: Int32 { process.pid }
  var live: LiveProcess { LiveProcess(pid: pid) }

  /// Starts it and waits until it says that it has begun.
  init(
    _ kind: String, on python: FilePath, options: [String] = [], variables: [String: String] = [:],
    captures: ChildProcess.Captures = .output
  ) throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "target-\(UUID())")
    state = folder.appending(path: "state")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
    let script = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "Targets/target.py")
    process = try ChildProcess(
      python.string, options + [script.path, kind, state.path],
      environment: ProcessInfo.processInfo.environment.merging(variables) { $1 },
      captures: captures)
    let line = try process.read(6)
    guard line == "ready\n" else {
      throw Failure(description: "\(python) \(kind) did not get ready: \(line)")
    }
  }

  deinit {
    process.kill()
    process.wait()
    try? FileManager.default.removeItem(at: folder)
  }

  private var numbers: (done: UInt64, wrong: Bool) {
    let bytes = [UInt8]((try? Data(contentsOf: state)) ?? Data())
    let done = bytes.prefix(8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    return (done, bytes.count > 8)
  }

  /// How it ended, for a message.
  var ending: String {
    process.isRunning ? "(it runs)" : "(it ended: \(process.wait()))"
  }

  /// Throws unless the program is alive, found nothing wrong, goes on, and is as it was before.
  func checkUnharmed(goesOn: Bool = true) throws {
    let before = numbers
    let end = ContinuousClock.now + .seconds(10)
    while goesOn, !numbers.wrong, process.isRunning, numbers.done < before.done + 2 {
      if ContinuousClock.now > end {
        throw Failure(
          description: "it does not go on: \(before) done, state \(live.status?.state ?? "?")")
      }
      usleep(1000)
    }
    if numbers.wrong { throw Failure(description: "it found itself changed") }
    if !process.isRunning { throw Failure(description: "it ended: \(process.wait())") }
    if live.status?.isStopped == true { throw Failure(description: "it is stopped") }
    if live.tracer != 0 { throw Failure(description: "it is traced") }
  }

  /// How many ranges of its memory are code without a file: what an attach might leave.
  var pagesOfCode: Int {
    get throws {
      try live.memoryMap().regions.filter { $0.isExecutable && $0.file == nil && $0.label.isEmpty }
        .count
    }
  }
}

/// The interpreters that the injector is for.
enum LegacyInterpreters {
  /// All that are here, or those that `MATRIX_VERSIONS` names.
  static func all() async -> [Interpreter] {
    let found = await InterpreterFinder().find().interpreters
    let wanted = ProcessInfo.processInfo.environment["MATRIX_VERSIONS"]?.split(separator: ",")
    return found.filter { interpreter in
      interpreter.version.minor <= 13 && !interpreter.abiFlags.contains(.freeThreaded)
        && wanted?.contains { interpreter.name == $0 } ?? true
    }
  }

  static func number(_ name: String, default value: Int) -> Int {
    ProcessInfo.processInfo.environment[name].flatMap { Int($0) } ?? value
  }
}
