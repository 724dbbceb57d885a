import Harness

extension Report {
  /// The answer of the run, and what stands behind it.
  struct Summary: Hashable {
    enum Tone: String, Hashable {
      /// Everything that ran is as expected.
      case good
      /// A person has to look.
      case bad
      /// Nothing is wrong with what is known, but not everything is known.
      case open
    }

    var tone: Tone
    /// One sentence without its full stop.
    var headline: String
    /// Further sentences: what did not run, and why.
    var remarks: [String]
  }

  var summary: Summary {
    var remarks: [String] = []
    switch state {
    case .empty: return Summary(tone: .open, headline: "Nothing was run", remarks: [])
    case .incomplete where tally.missing > 0:
      remarks.append(
        "The run did not come to its end; \(Phrases.count(tally.missing, "cell")) of"
          + " \(tally.planned) \(tally.missing == 1 ? "has" : "have") no outcome.")
    case .incomplete: remarks.append("The run did not come to its end.")
    case .ended(.interrupted):
      remarks.append(
        "Interrupted; \(tally.missing) of \(Phrases.count(tally.planned, "cell"))"
          + " \(tally.missing == 1 ? "was" : "were") not run to the end.")
    case .ended(.failedFast):
      remarks.append(
        "Stopped after the first unexpected result (--fail-fast); \(tally.missing) of"
          + " \(Phrases.count(tally.planned, "cell")) \(tally.missing == 1 ? "was" : "were")"
          + " not run.")
    case .ended(.completed): break
    }
    remarks += remarksOnWhatDidNotRun
    return Summary(tone: tone, headline: headline, remarks: remarks)
  }

  private var tone: Summary.Tone {
    if tally.unexpected > 0 { return .bad }
    return tally.missing > 0 || tally.ran == 0 || state != .ended(.completed) ? .open : .good
  }

  private var headline: String {
    if tally.planned == 0 { return "Nothing was run: no cells were selected" }
    if tally.unexpected > 0 {
      let isOne = tally.unexpected == 1
      let cells = Phrases.count(tally.finished, "cell") + (tally.missing > 0 ? " so far" : "")
      return "\(tally.unexpected) of \(cells) \(isOne ? "is" : "are") not as expected:"
        + " \(unexpectedPlaces)"
    }
    if tally.ran == 0 {
      return tally.missing > 0 ? "No cell has come to an outcome" : "No cell could run"
    }
    let cells = tally.ran == tally.planned ? "" : " that ran"
    let versions = Phrases.interpreters(columns.filter { tally(of: $0).ran > 0 })
    return tally.ran == 1
      ? "The one cell\(cells) is as expected on \(versions)"
      : "All \(tally.ran) cells\(cells) are as expected on \(versions)"
  }

  /// Where the unexpected cells are: `3.15 static ×3, 3.13 static`, at most six places.
  private var unexpectedPlaces: String {
    let places = columns.map { ($0.label, tally(of: $0).unexpected) }.filter { $0.1 > 0 }
    let shown = places.prefix(6).map { $0.1 > 1 ? "\($0.0) ×\($0.1)" : $0.0 }
    let more = places.count - shown.count
    return shown.joined(separator: ", ") + (more > 0 ? " and \(more) more" : "")
  }

  private var remarksOnWhatDidNotRun: [String] {
    var remarks: [String] = []
    let missing = columns.filter { $0.interpreter == nil }.map(\.label)
    if missing.count > 1, missing.count == columns.count {
      remarks.append("None of the \(missing.count) interpreters is on this machine.")
    } else if !missing.isEmpty {
      let verb = missing.count == 1 ? "is" : "are"
      remarks.append("\(Phrases.list(missing)) \(verb) not on this machine.")
    }
    if tally[.unsupported] > 0 {
      let verb = tally[.unsupported] == 1 ? "is" : "are"
      remarks.append(
        "\(Phrases.count(tally[.unsupported], "cell")) \(verb) for other versions or builds, by"
          + " scenario or by configuration.")
    }
    return remarks
  }

  /// The last line on a terminal: `360 cells: 355 pass, 2 fail, 3 unavailable in 24.1 s`.
  var countLine: String {
    var parts = tally.byVerdict.map { "\($0.count) \($0.verdict.word)" }
    if tally.missing > 0 { parts.append("\(tally.missing) \(NoOutcome.word)") }
    var line = Phrases.count(tally.planned, "cell")
    if !parts.isEmpty { line += ": " + parts.joined(separator: ", ") }
    if let end { line += " in \(Phrases.duration(end.duration))" }
    return line
  }
}
