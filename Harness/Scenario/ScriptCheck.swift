import CPython

/// Finds what is well formed and cannot be meant: unknown labels, looking at a running program, an
/// end that is not said.
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
    var check = ScriptCheck(scenario: scenario)
    for statement in scenario.script { check.check(statement) }
    if isWhole { check.checkEnd(display) }
    return check.mistakes
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
    check(statement.only, at: location)
    for detail in statement.action.listing?.details ?? [] {
      check(detail.only, at: detail.location)
    }

    // Statements for some versions only may be one another's alternatives.
    if state == .ended, statement.only == nil, !statement.action.isAboutOutput {
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

  private mutating func check(_ range: VersionRange?, at location: SourceLocation) {
    guard let range, !scenario.differences.contains(where: { $0.range == range }) else { return }
    add("the header needs a '# differs: \(range) …' with the reason and a link", at: location)
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
