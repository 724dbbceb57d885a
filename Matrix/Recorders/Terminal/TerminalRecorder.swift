import Harness
import Synchronization
public import SystemPackage

/// Shows a run to the person who started it: progress on one stream while it lasts, then the
/// result on the other.
///
/// The human form is not meant for programs; they have ``JSONRecorder``.
public final class TerminalRecorder: Recorder, Sendable {
  public enum Mode: String, Hashable, Sendable {
    /// Status lines at the bottom of a terminal that are drawn again and again.
    case live
    /// A line now and then, without escape sequences but colours.
    case plain
  }

  private struct State {
    var report = Report()
    var startedAt: Duration = .zero
    /// Status lines on the screen.
    var linesShown = 0
    /// Tenths of the run that were reported; plain mode only.
    var tenths = 0
    /// The page of an earlier run that stood in the folder when this one started.
    var formerPage: FileStamp?
  }

  private let progress: TerminalStream
  private let result: TerminalStream
  private let mode: Mode
  private let output: FilePath?
  private let now: @Sendable () -> Duration
  private let state = Mutex(State())

  /// - Parameters:
  ///   - progress: What happens while the run goes on: standard error.
  ///   - result: The table and what is not as expected: standard output.
  ///   - output: The folder with the report files, to be named at the end.
  ///   - now: The time since a fixed moment.
  public init(
    progress: TerminalStream, result: TerminalStream, mode: Mode, output: FilePath? = nil,
    now: @escaping @Sendable () -> Duration = TerminalRecorder.uptime
  ) {
    self.progress = progress
    self.result = result
    self.mode = mode
    self.output = output
    self.now = now
  }

  /// The recorder for this process's standard output and standard error.
  public static func standard(
    color: ColorChoice, environment: [String: String], output: FilePath?
  ) -> TerminalRecorder {
    let isLive = Terminal.isTerminal(.standardError) && environment["TERM"] != "dumb"
    return TerminalRecorder(
      progress: .standard(
        .standardError, name: "standard error", color: color, environment: environment),
      result: .standard(
        .standardOutput, name: "standard output", color: color, environment: environment),
      mode: isLive ? .live : .plain, output: output)
  }

  /// Time that goes on while the machine is up.
  @Sendable public static func uptime() -> Duration { epoch.duration(to: .now) }

  private static let epoch = ContinuousClock.now

  public func record(_ event: Event) throws {
    try state.withLock { state in
      state.report.apply(event)
      if case .runStarted = event {
        state.startedAt = now()
        state.formerPage = output.flatMap { FileStamp($0.appending(Self.page)) }
      }
      switch mode {
      case .live: try recordLive(event, &state)
      case .plain: try recordPlain(event, &state)
      }
      if case .runFinished = event {
        let summary = TerminalSummary(
          report: state.report, width: result.width(), output: output(unless: state.formerPage),
          style: TerminalStyle(usesColor: result.usesColor))
        try result.sink.write(summary.text)
      }
    }
  }

  /// What is known of the run so far.
  public var report: Report { state.withLock { $0.report } }

  private static let page = ReportRecorder.Format.html.fileName

  /// The folder with the report files, if this run could write its page there.
  private func output(unless former: FileStamp?) -> FilePath? {
    guard let output, let page = FileStamp(output.appending(Self.page)), page != former else {
      return nil
    }
    return output
  }

  /// Draws the status lines again, because time has gone on; a few times a second is right. May be
  /// called on any thread. Does nothing in plain mode and when no run goes on.
  public func refresh() throws {
    try state.withLock { state in
      guard mode == .live, state.linesShown > 0 else { return }
      try draw(above: "", &state)
    }
  }

  // MARK: Live

  private func recordLive(_ event: Event, _ state: inout State) throws {
    switch event {
    case .runStarted, .cellStarted: try draw(above: "", &state)
    case .cellFinished(let cell, let outcome):
      try draw(above: unexpectedLine(cell, outcome, state.report), &state)
    case .runFinished:
      try progress.sink.write(Self.erasing(state.linesShown))
      state.linesShown = 0
    }
  }

  /// One write each time: no flicker, and nothing of ours between two parts of it.
  private func draw(above text: String, _ state: inout State) throws {
    // The last place of a line stays empty: some terminals go on to the next line behind it.
    let lines = StatusLines(
      report: state.report, elapsed: now() - state.startedAt, width: progress.width() - 1,
      style: TerminalStyle(usesColor: progress.usesColor)
    ).lines
    try progress.sink.write(
      Self.erasing(state.linesShown) + text + lines.joined(separator: "\n"))
    state.linesShown = lines.count
  }

  /// From the end of the last of the lines to the start of the first, then everything behind it.
  private static func erasing(_ lines: Int) -> String {
    guard lines > 0 else { return "" }
    return "\r" + (lines > 1 ? "\u{1B}[\(lines - 1)A" : "") + "\u{1B}[J"
  }

  // MARK: Plain

  private func recordPlain(_ event: Event, _ state: inout State) throws {
    let report = state.report
    switch event {
    case .runStarted(let start):
      let jobs = start.jobs > 1 ? ", \(start.jobs) at a time" : ""
      try progress.sink.write(
        "\(Phrases.count(start.rows.count, "scenario")) on"
          + " \(Phrases.interpreters(start.columns))\(jobs)\n")
    case .cellStarted, .runFinished: break
    case .cellFinished(let cell, let outcome):
      var text = unexpectedLine(cell, outcome, report)
      let tenths = report.tally.finished * 10 / max(1, report.tally.planned)
      if tenths > state.tenths {
        state.tenths = tenths
        let counts = report.tally.byVerdict.map { "\($0.count) \($0.verdict.word)" }
        text +=
          "\(report.tally.finished)/\(report.tally.planned) cells: "
          + counts.joined(separator: ", ")
          + " (\(Phrases.duration(now() - state.startedAt)))\n"
      }
      try progress.sink.write(text)
    }
  }

  /// Empty for a cell that is as expected.
  private func unexpectedLine(
    _ cell: CellID, _ outcome: CellOutcome, _ report: Report
  ) -> String {
    guard !Report.isExpected(cell, outcome) else { return "" }
    let style = TerminalStyle(usesColor: progress.usesColor)
    let head = "\(outcome.verdict.symbol) \(outcome.verdict.word)"
    let tail = " \(cell)" + (outcome.reason.map { ": " + PlainText.line($0) } ?? "")
    let room = (mode == .live ? progress.width() : 400) - DisplayWidth.of(head)
    return style(head, outcome.verdict.paint) + DisplayWidth.cut(tail, to: room) + "\n"
  }
}
