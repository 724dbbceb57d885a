import FoundationEssentials
public import SystemPackage

/// Finds the CPython builds of a machine.
///
/// Reads folders first, and runs only what can be an interpreter, each file once, for as long as
/// `deadline` at most. Answers are kept in `probes.json` of ``SearchEnvironment/cacheFolder``.
public struct InterpreterFinder: Sendable {
  public var environment: SearchEnvironment
  /// How long one candidate may take to describe itself.
  public var deadline: Duration

  public init(
    environment: SearchEnvironment = .current(), deadline: Duration = .seconds(10)
  ) {
    self.environment = environment
    self.deadline = deadline
  }

  /// Looks everywhere, and at the paths among the requests first.
  public func find(for requests: [InterpreterRequest]) async -> Discovery {
    await find(requests.compactMap(\.path))
  }

  /// Looks everywhere, and at the given paths first: executables, shims, virtual environments,
  /// folders of installations; `~` and relative paths are understood.
  ///
  /// Never fails: what cannot be used is in ``Discovery/rejected``.
  public func find(_ paths: [FilePath] = []) async -> Discovery {
    var list = CandidateList(environment)
    for path in paths { list.add(explicit: path) }
    for place in environment.places { list.add(place) }

    var discovery = Discovery(interpreters: [], rejected: list.rejected)
    for (candidate, answer) in zip(list.candidates, await ask(list.candidates)) {
      do {
        discovery.add(try answer.get().interpreter(candidate))
      } catch let failure as Probe.Failure {
        discovery.reject(candidate, failure.description)
      } catch {
        discovery.reject(candidate, (error as? ProbeAnswer.Unusable)?.reason ?? "\(error)")
      }
    }
    discovery.interpreters.sort { $0.precedes($1) }
    return discovery
  }

  /// Several at a time, in the order of the candidates.
  private func ask(_ candidates: [Candidate]) async -> [Result<ProbeAnswer, Probe.Failure>] {
    let probe = Probe(variables: environment.variables, deadline: deadline)
    var cache = ProbeCache(environment)
    var answers = candidates.map { cache.answer(for: $0).map { Answer.success($0) } }
    var unknown = answers.indices.filter { answers[$0] == nil }.makeIterator()
    await withTaskGroup(of: (Int, Answer).self) { group in
      func askNext() {
        guard let index = unknown.next() else { return }
        let path = candidates[index].path
        group.addTask { (index, await probe.ask(path)) }
      }
      for _ in 0..<max(2, ProcessInfo.processInfo.activeProcessorCount) { askNext() }
      while let (index, answer) = await group.next() {
        answers[index] = answer
        if case .success(let answer) = answer { cache.store(answer, for: candidates[index]) }
        askNext()
      }
    }
    cache.save()
    return answers.map { $0 ?? .failure(Probe.Failure(description: "it was not asked")) }
  }

  private typealias Answer = Result<ProbeAnswer, Probe.Failure>
}

extension Discovery {
  /// A script and the interpreter that it starts are one.
  fileprivate mutating func add(_ interpreter: Interpreter) {
    if let index = interpreters.firstIndex(where: { $0.realPath == interpreter.realPath }) {
      interpreters[index].aliases.formUnion(interpreter.aliases)
    } else {
      interpreters.append(interpreter)
    }
  }

  /// Under the path that was asked for, if it was.
  fileprivate mutating func reject(_ candidate: Candidate, _ reason: String) {
    let paths = candidate.source == .explicit ? candidate.aliases : [candidate.path]
    rejected += paths.sorted { $0.string < $1.string }
      .map { .init(path: $0, source: candidate.source, reason: reason) }
  }
}
