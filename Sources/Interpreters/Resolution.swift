import CPython
import SystemPackage

/// What requests came to on one machine.
public struct Resolution: Hashable, Sendable {
  /// Something that was asked for by name and is not there.
  public struct Missing: Hashable, Sendable {
    /// What is not there: `3.5`, `3.13t`, a path, or the request itself.
    public var name: String
    /// The request that asked for it, as it is written: `3.5..3.9`.
    public var request: String
    public var reason: String
    /// What a person can do about it; a phrase that can follow a colon.
    public var hint: String

    public init(name: String, request: String, reason: String, hint: String) {
      self.name = name
      self.request = request
      self.reason = reason
      self.hint = hint
    }
  }

  /// Without duplicates, in the order of ``Interpreter/precedes(_:)``.
  public var interpreters: [Interpreter]
  /// In the order in which it was asked for, each name once.
  public var missing: [Missing]

  public init(interpreters: [Interpreter], missing: [Missing]) {
    self.interpreters = interpreters
    self.missing = missing
  }
}

/// Finds what was asked for among what there is. Asks nothing of the operating system.
public func resolve(
  _ requests: [InterpreterRequest], in found: [Interpreter]
) -> Resolution {
  var chosen: Set<Interpreter> = []
  var missing: [Resolution.Missing] = []
  func look(for name: String, in request: InterpreterRequest, where fits: (Interpreter) -> Bool) {
    let fitting = found.filter(fits)
    chosen.formUnion(fitting)
    guard fitting.isEmpty, !missing.contains(where: { $0.name == name }) else { return }
    missing.append(.init(name, for: request, in: found))
  }
  for request in requests {
    if case .span(let series, let flags) = request {
      for series in PythonSeries.allSupported.filter(series.contains) {
        let release = InterpreterRequest.Release(series, flags: flags)
        look(for: "\(release)", in: request) { $0.satisfies(release) }
      }
    } else {
      look(for: "\(request)", in: request) { $0.satisfies(request) }
    }
  }
  return Resolution(interpreters: chosen.sorted { $0.precedes($1) }, missing: missing)
}

extension Interpreter {
  /// Whether the request means this build, among others perhaps.
  public func satisfies(_ request: InterpreterRequest) -> Bool {
    switch request {
    case .all: PythonSeries.supported.contains(version.series)
    case .release(let release): satisfies(release)
    case .span(let series, let flags):
      series.contains(version.series) && variant == flags
    case .range(let range): range.contains(version) && variant.isEmpty
    case .path(let asked): path == asked || realPath == asked || aliases.contains(asked)
    }
  }

  func satisfies(_ release: InterpreterRequest.Release) -> Bool {
    version.series == release.series && variant == release.flags
      && release.micro.map { $0 == version.micro } ?? true
      && release.prerelease.map {
        $0 == .init(version.releaseLevel, version.serial)
      } ?? true
  }

  /// The flags that make it another build to ask for: `t` and `d`.
  var variant: ABIFlags { abiFlags.subtracting(.pymalloc) }

  /// By version, then flags, static before shared, then path: the order of every list.
  public func precedes(_ other: Interpreter) -> Bool {
    if version != other.version { return version < other.version }
    if variant != other.variant { return "\(variant)" < "\(other.variant)" }
    if isShared != other.isShared { return other.isShared }
    return realPath.string < other.realPath.string
  }
}

extension Resolution.Missing: CustomStringConvertible {
  /// `3.5: not found on this machine; get it with scripts/pythons 3.5, or pyenv install 3.5`
  public var description: String { "\(name): \(reason); \(hint)" }
}
