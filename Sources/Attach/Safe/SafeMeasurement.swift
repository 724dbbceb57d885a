import PythonRuntime
public import TargetProcess

/// Measures the part of a safe attach that is before the target's own: finding where to write, and
/// writing.
public struct SafeMeasurement: Sendable {
  public var process: LiveProcess
  /// The path of a script, which the target may run if it takes the request meanwhile.
  public var script: String
  /// Whether each round may use what the one before has found.
  public var usesCache: Bool

  public init(process: LiveProcess, script: String, usesCache: Bool) {
    self.process = process
    self.script = script
    self.usesCache = usesCache
  }

  /// Writes a request and leaves it, as `sys.remote_exec` does.
  ///
  /// - Returns: why it was not written.
  func leave() async -> String? {
    #if arch(x86_64)
      return await DedicatedThread.run {
        var search = SafeSearch(
          process: process, limits: AttachLimits(), switches: SafeSwitches(), cache: .shared)
        do {
          let request = SafeRequest(
            try search.run(), path: Array(script.utf8), stopLimit: .seconds(1))
          _ = try request.write()
          return nil
        } catch {
          return "\(error)"
        }
      }
    #else
      return "not on this system"
    #endif
  }

  /// Writes a request this often, and takes it back each time.
  ///
  /// - Returns: how long finding and writing took in each round that went well, and why the first
  ///   other one did not.
  public func run(rounds: Int) async -> (times: [Duration], failure: String?) {
    #if arch(x86_64)
      return await DedicatedThread.run {
        var times: [Duration] = []
        var switches = SafeSwitches()
        switches.ignoresCache = !usesCache
        for _ in 0..<rounds {
          let begin = ContinuousClock.now
          var search = SafeSearch(
            process: process, limits: AttachLimits(), switches: switches, cache: .shared)
          do {
            let target = try search.run()
            var request = SafeRequest(
              target, path: Array(script.utf8), stopLimit: .seconds(1))
            _ = try request.write()
            times.append(begin.duration(to: .now))
            request.cancel()
          } catch {
            return (times, "\(error)")
          }
        }
        return (times, nil)
      }
    #else
      return ([], "not on this system")
    #endif
  }
}
