import CPython
import DebugSession
import SystemPackage

/// Compares stops and stacks with the places that a script names, and describes them in its words.
struct PlaceMatcher {
  let scenario: Scenario
  /// Where the program's files are, without symbolic links.
  let folder: FilePath

  /// The absolute path of one of the program's files.
  func path(of file: String) -> String { folder.appending(file).string }

  func compare(_ expected: Outcome, with stop: Stop, breakpoints: [Int]) -> Mismatch? {
    guard let place = expected.place, let frame = stop.frames.first else {
      return Mismatch(expected: describe(expected), seen: describe(stop))
    }
    let hasReason =
      switch (expected, stop.reason) {
      case (.breakpoint, .breakpoint(let id)): breakpoints.contains(id)
      case (.step, .step), (.paused, .paused): true
      default: false
      }
    let isThere = place.lines.contains { matches($0, frame) }
    let isInFunction = place.function.map { $0 == frame.function } ?? true
    guard hasReason, isThere, isInFunction else {
      return Mismatch(expected: describe(expected), seen: describe(stop))
    }
    return nil
  }

  func compare(_ patterns: [FramePattern], andMore: Bool, with frames: [Frame]) -> Mismatch? {
    let hasRightLength =
      andMore ? frames.count >= patterns.count : frames.count == patterns.count
    if hasRightLength,
      zip(patterns, frames).allSatisfy({ $0.function == $1.function && matches($0.line, $1) })
    {
      return nil
    }
    let expected = patterns.map { "\($0.function) \(describe($0.line))" } + (andMore ? ["..."] : [])
    return Mismatch(
      expected: expected.joined(separator: ", "),
      seen: frames.map { "\($0.function) \(describe(line: $0))" }.joined(separator: ", "))
  }

  private func matches(_ line: Place.Line, _ frame: Frame) -> Bool {
    guard let position = scenario.labels[line.label] else { return false }
    let number =
      switch line {
      case .at: position.line
      case .after: position.line + 1
      }
    return frame.line == number
      && FilePath(frame.file).lexicallyNormalized() == folder.appending(position.file)
  }

  // MARK: Descriptions

  func describe(_ outcome: Outcome) -> String {
    switch outcome {
    case .breakpoint(let place): "breakpoint \(describe(place))"
    case .step(let place): "step \(describe(place))"
    case .paused(let place): "paused \(describe(place))"
    case .exit(let code): Termination.exited(code).description
    case .killed(let signal): Termination.signalled(signal).description
    case .running: "running"
    }
  }

  func describe(_ stop: Stop) -> String {
    let place = stop.frames.first.map { "\(describe(line: $0)) in \($0.function)" } ?? "no frame"
    return switch stop.reason {
    case .entry: "entry \(place)"
    case .breakpoint: "breakpoint \(place)"
    case .step: "step \(place)"
    case .paused: "paused \(place)"
    case .exception(let type, let message): "exception \(type) (\(message)) \(place)"
    }
  }

  private func describe(_ place: Place) -> String {
    place.lines.map(describe).joined(separator: "|") + (place.function.map { " in \($0)" } ?? "")
  }

  private func describe(_ line: Place.Line) -> String {
    switch line {
    case .at(let label): "@\(label)"
    case .after(let label): "after @\(label)"
    }
  }

  /// The line's label; its number where it has none.
  private func describe(line frame: Frame) -> String {
    let file = FilePath(frame.file).lastComponent?.string ?? frame.file
    let labels = scenario.labels
      .filter { $0.value.line == frame.line && $0.value.file == file }.keys.sorted()
    return labels.first.map { "@\($0)" } ?? "line \(frame.line) of \(file)"
  }
}

extension Listing {
  /// Compares what a debugger shows with the details that count on this version.
  func mismatch(with children: [Child], on version: PythonVersion) -> Mismatch? {
    let details = details.filter { $0.only?.contains(version) ?? true }
    if let count, children.count != count {
      return Mismatch(
        expected: "\(count) children", seen: "\(children.count) children\n\(children.rendered)")
    }
    if details.isEmpty, count != nil { return nil }
    let sequence = details.map(\.entry).filter {
      if case .absent = $0 { false } else { true }
    }
    let isAbsenceKept = details.allSatisfy {
      guard case .absent(let name) = $0.entry else { return true }
      return !children.contains { $0.name == name }
    }
    if isAbsenceKept, Self.matches(sequence[...], children[...]) { return nil }
    return Mismatch(
      expected: details.map(\.text).joined(separator: "\n"), seen: children.rendered)
  }

  /// Like a file name pattern with `*`: on a mismatch, the last `...` takes one more.
  private static func matches(_ entries: ArraySlice<Entry>, _ children: ArraySlice<Child>) -> Bool {
    var entry = entries.startIndex
    var child = children.startIndex
    var retry: (entry: Int, child: Int)?
    while child < children.endIndex {
      if entry < entries.endIndex, case .anyNumber = entries[entry] {
        entry += 1
        retry = (entry, child)
      } else if entry < entries.endIndex, case .item(let item) = entries[entry],
        item.matches(children[child])
      {
        entry += 1
        child += 1
      } else if let last = retry {
        entry = last.entry
        child = last.child + 1
        retry = (last.entry, child)
      } else {
        return false
      }
    }
    return entries[entry...].allSatisfy { $0 == .anyNumber }
  }
}

extension Listing.Item {
  fileprivate func matches(_ child: Child) -> Bool {
    guard child.name == name, type.map({ $0 == child.value.type }) ?? true,
      isExpandable.map({ $0 == child.value.isExpandable }) ?? true
    else { return false }
    let repr = child.value.repr ?? ""
    switch value {
    case nil: return true
    case .exact(let text): return repr == text
    // The pattern was tried when the scenario was read.
    case .pattern(let pattern): return (try? Regex(pattern).wholeMatch(in: repr)) != nil
    }
  }
}

extension EvaluationPattern {
  func mismatch(with evaluation: Evaluation) -> Mismatch? {
    switch (self, evaluation) {
    case (.repr(let expected), .value(let value)) where expected == value.repr ?? "": nil
    case (.raises(let expected), .raised(let message)) where message.contains(expected): nil
    default: Mismatch(expected: description, seen: evaluation.rendered)
    }
  }

  private var description: String {
    switch self {
    case .repr(let text): text
    case .raises(let text): "raises \(text)"
    }
  }
}

extension Evaluation {
  fileprivate var rendered: String {
    switch self {
    case .value(let value): value.repr ?? "no repr"
    case .raised(let message): "raises \(message)"
    }
  }
}

extension [Child] {
  /// In the words of a scenario's details.
  var rendered: String {
    let limit = 40
    var lines = prefix(limit).map { child in
      let value = child.value
      return child.name + (value.type.isEmpty ? "" : ": \(value.type)")
        + " = \(value.repr ?? "")" + (value.isExpandable ? " (expandable)" : "")
    }
    if count > limit { lines.append("(\(count - limit) more)") }
    return lines.isEmpty ? "nothing" : lines.joined(separator: "\n")
  }
}
