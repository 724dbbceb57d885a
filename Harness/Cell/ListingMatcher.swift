import CPython
import DebugSession

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
