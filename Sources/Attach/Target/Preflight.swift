import CPython
import Glibc
import ObjectFile
import SystemPackage
import TargetProcess

/// What has to be known of a process before its code is touched. Stops nothing.
struct Preflight {
  var process: LiveProcess
  var startTime: UInt64
  var innerPID: Int32
  var fileOwner: (user: UInt32, group: UInt32)
  var map: MemoryMap
  var runtime: CallableRuntime

  /// Why the process cannot be attached to.
  struct Obstacle: Error {
    var outcome: AttachOutcome
  }

  init(_ process: LiveProcess, limits: AttachLimits) throws(Obstacle) {
    guard let before = ProcessCredentials(process) else {
      throw Obstacle(outcome: .gone(.noSuchProcess))
    }
    if let startTime = limits.startTime, startTime != before.status.startTime {
      throw Obstacle(outcome: .gone(.pidReused))
    }
    try Self.checkState(before)
    let map: MemoryMap
    do throws(ProcessAccessError) {
      map = try process.memoryMap()
    } catch {
      throw Self.obstacle(error, before, "read /proc/\(process.pid)/maps")
    }
    try Self.checkArchitecture(process)
    do throws(ProcessAccessError) {
      // The maps may be read with fewer rights than the memory.
      if let code = map.regions.first(where: { $0.isExecutable && $0.file != nil }) {
        _ = try process.memory.read(at: code.start, count: 16)
      }
    } catch {
      throw Self.obstacle(error, before, "read its memory")
    }
    let runtime: CallableRuntime
    switch CallableRuntime.find(in: process, map) {
    case .success(let found)?: runtime = found
    case .failure(let unsupported)?: throw Obstacle(outcome: .unsupported(unsupported))
    case nil: throw Self.notPython(process, before)
    }
    let flags: ABIFlags = runtime.isFreeThreaded ? .freeThreaded : []
    // Every release is asked alike: a file's name need not tell which it is.
    if FeatureRelease.known.allSatisfy({ !$0.attachEntries(flags).contains(.inject) }) {
      throw Obstacle(outcome: .unsupported(.freeThreaded))
    }
    if before.hasShadowStack { throw Obstacle(outcome: .unsupported(.shadowStack)) }
    if before.seccomp == 1 || before.seccomp > 1 && !limits.ignoresSeccomp {
      throw Obstacle(outcome: .refused(.seccomp(mode: before.seccomp)))
    }
    self.process = process
    self.map = map
    self.runtime = runtime
    startTime = before.status.startTime
    innerPID = before.innerPID
    fileOwner = before.fileOwner
  }

  private static func checkState(_ before: ProcessCredentials) throws(Obstacle) {
    if before.status.isZombie { throw Obstacle(outcome: .gone(.zombie)) }
    if before.process != before.pid {
      throw Obstacle(outcome: .unsupported(.thread(of: before.process)))
    }
    if !before.hasMemory { throw Obstacle(outcome: .unsupported(.kernelThread)) }
    if before.tracer != 0 { throw Obstacle(outcome: .refused(.traced(by: before.tracer))) }
    if before.status.isStopped { throw Obstacle(outcome: .refused(.stopped)) }
  }

  static func notPython(_ process: LiveProcess, _ before: ProcessCredentials) -> Obstacle {
    // A process that ends has no files any more.
    Obstacle(
      outcome: process.hasEnded(since: before.status.startTime)
        ? .gone(.endedMeanwhile) : .unsupported(.notPython(executable: before.name)))
  }

  static func obstacle(
    _ error: ProcessAccessError, _ before: ProcessCredentials, _ operation: String
  ) -> Obstacle {
    switch error {
    case .gone: Obstacle(outcome: .gone(.endedMeanwhile))
    case .notPermitted(_, let number, _), .failed(_, let number, _):
      Obstacle(outcome: .refused(before.refusal(operation: operation, errno: number)))
    case .badAddress:
      // What was mapped a moment ago is not any more.
      Obstacle(outcome: .gone(.endedMeanwhile))
    }
  }

  /// By the header of the executable; nothing is said about one that cannot be read.
  static func checkArchitecture(_ process: LiveProcess) throws(Obstacle) {
    guard let file = try? OpenFile(FilePath("/proc/\(process.pid)/exe")),
      let header = try? file.bytes(at: 0, count: 20).bytes, header.starts(with: [0x7f, 0x45])
    else { return }
    let machine = UInt16(header[18]) | UInt16(header[19]) << 8
    let names: [UInt16: String] = [3: "x86", 40: "ARM", 62: "x86_64", 183: "aarch64"]
    #if arch(x86_64)
      let own: UInt16 = 62
    #elseif arch(arm64)
      let own: UInt16 = 183
    #else
      let own: UInt16 = 0
    #endif
    guard machine == own, header[4] == 2 else {
      let name = names[machine] ?? "machine \(machine)"
      throw Obstacle(outcome: .unsupported(.architecture(name)))
    }
  }
}
