import CPython

/// Finds what is well formed and cannot be meant: unknown labels, looking at a running program, an
/// end that is not said. Each version sees a script of its own, and each of them is checked.
struct ScriptCheck {
  private enum State { case atEntry, stopped, running, ended }

  private let scenario: Scenario
  private var state = State.atEntry
  private var hasChildren = false
  private var mistakes: [ScenarioDiagnostic] = []

  /// - Parameter isWhole: whether every statement of the file is there.
  static func mistakes(
    in scenario: Scenario, display: String, isWhole: Bool
  ) -> [ScenarioDiagnostic] {
    let versions = scenario.versionsThatDiffer
    var occurrences: [(mistake: ScenarioDiagnostic, versions: [PythonVersion])] = []
    for version in versions {
      var check = ScriptCheck(scenario: scenario)
      for statement in scenario.script where statement.only?.contains(version) ?? true {
        check.check(statement)
      }
      if isWhole { check.checkEnd(display) }
      for mistake in check.mistakes {
        if let index = occurrences.firstIndex(where: { $0.mistake == mistake }) {
          occurrences[index].versions.append(version)
        } else {
          occurrences.append((mistake, [version]))
        }
      }
    }
    var found = occurrences.map { mistake, seen in
      var mistake = mistake
      if seen.count < versions.count { mistake.message += ", on Python \(seen[0].series)" }
      return mistake
    }
    for statement in scenario.script {
      let ranges =
        [(statement.only, statement.location)]
        + (statement.action.listing?.details ?? []).map { ($0.only, $0.location) }
      found += ranges.compactMap { Self.unexplained($0, at: $1, in: scenario) }
    }
    return found
  }

  private init(scenario: Scenario) { self.scenario = scenario }

  private mutating func add(_ message: String, at location: SourceLocation) {
    mistakes.append(ScenarioDiagnostic(location: location, message: message))
  }

  private mutating func check(_ statement: Statement) {
    let location = statement.location
    for label in statement.action.labels where scenario.labels[label] == nil {
      add("no line has the label @\(label)", at: location)
    }
    if state == .ended, !statement.action.isAboutOutput {
      add("the program has ended before this", at: location)
    }
    switch statement.action {
    case .go(let going, let outcome): check(going, outcome, at: location)
    case .stack, .evaluate, .variables: checkLook(at: location)
    case .children(_, let listing):
      checkLook(at: location)
      check(listing, at: location)
      hasChildren = true
    case .expand(_, let listing):
      check(listing, at: location)
      if !hasChildren { add("'expand' needs a 'children' before it", at: location) }
    case .setBreakpoint, .clearBreakpoint, .hits, .output, .input: break
    }
  }

  private static func unexplained(
    _ range: VersionRange?, at location: SourceLocation, in scenario: Scenario
  ) -> ScenarioDiagnostic? {
    guard let range, !scenario.differences.contains(where: { $0.range == range }) else {
      return nil
    }
    return ScenarioDiagnostic(
      location: location,
      message: "the header needs a '# differs: \(range) …' with the reason and a link")
  }

  private mutating func check(_ listing: Listing, at location: SourceLocation) {
    if listing.count == nil, listing.details.isEmpty {
      add("expected details, or a number of children behind '->'", at: location)
    }
  }

  private mutating func checkLook(at location: SourceLocation) {
    if state == .running { add("the program runs here; this needs a stop", at: location) }
  }

  private mutating func check(
    _ going: Action.Going, _ outcome: Outcome, at location: SourceLocation
  ) {
    hasChildren = false
    switch (going, state) {
    case (.run, .stopped), (.run, .running): add("'run' can stand only once", at: location)
    case (.run, _), (_, .ended): break
    case (_, .atEntry): add("the first statement that goes on is 'run'", at: location)
    case (.pause, .stopped): add("'pause' needs a running program", at: location)
    case (.wait, .stopped): add("'wait' needs a running program", at: location)
    case (.resume, .running), (.stepInto, .running), (.stepOver, .running), (.stepOut, .running):
      add("the program runs here; only 'pause', 'wait' and 'detach' can follow", at: location)
    default: break
    }
    state =
      switch outcome {
      case .breakpoint, .step, .paused: .stopped
      case .running: .running
      case .exit, .killed: .ended
      }
  }

  private mutating func checkEnd(_ display: String) {
    guard state != .ended else { return }
    let last =
      scenario.script.last?.location ?? SourceLocation(file: display, line: 1, column: 1)
    add("the script must end with '-> exit CODE' or '-> killed SIGNAL'", at: last)
  }
}

extension Action {
  /// Every label that it names.
  var labels: [String] {
    switch self {
    case .go(_, .breakpoint(let place)), .go(_, .step(let place)), .go(_, .paused(let place)):
      place.lines.map(\.label)
    case .setBreakpoint(let spec, _): [spec.label]
    case .clearBreakpoint(let label), .hits(let label, _): [label]
    case .stack(let frames, _): frames.map(\.line.label)
    default: []
    }
  }

  /// What was written can be looked at even when the program has ended.
  fileprivate var isAboutOutput: Bool {
    if case .output = self { true } else { false }
  }

  var listing: Listing? {
    switch self {
    case .variables(let listing), .children(_, let listing), .expand(_, let listing): listing
    default: nil
    }
  }
}

extension Place.Line {
  var label: String {
    switch self {
    case .at(let label), .after(let label): label
    }
  }
}

extension Scenario {
  /// One version for each script that the ranges of the statements make of this one; of those that
  /// the header's `python` allows, or 3.5 if it allows none that is known.
  fileprivate var versionsThatDiffer: [PythonVersion] {
    let ranges = Set(script.compactMap(\.only))
    let candidates = PythonSeries.allSupported.flatMap { series in
      [0, Int.max].map { PythonVersion(series.major, series.minor, $0) }
    }
    let bounds = ranges.flatMap(\.bounds).flatMap { bound in
      [-1, 0, 1].map { PythonVersion(bound.major, bound.minor, bound.micro + $0) }
    }
    var seen: Set<Set<VersionRange>> = []
    let differing = (candidates + bounds).filter { version in
      guard version.micro >= 0, python?.contains(version) ?? true else { return false }
      return seen.insert(ranges.filter { $0.contains(version) }).inserted
    }
    return differing.isEmpty ? [PythonVersion(3, 5)] : differing
  }
}
