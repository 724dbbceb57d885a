public import SystemPackage

/// Writes a run for programs: `events.jsonl`, a line as each event happens, and at the end
/// `report.json`, the same in one document. The grammar is in `docs/events.md`.
///
/// Every line is handed to the operating system before the next event, so that a run that is
/// killed leaves everything that happened until then.
public final class JSONRecorder: Recorder {
  public static let eventsName = "events.jsonl"
  public static let reportName = "report.json"

  private let folder: OutputFolder
  private var report = Report()
  private var events: FileDescriptor?

  public init(folder: FilePath) { self.folder = OutputFolder(path: folder) }

  deinit { try? events?.close() }

  public func record(_ event: Event) throws {
    report.apply(event)
    if case .runStarted = event {
      try folder.create()
      events = try folder.open(Self.eventsName)
    }
    try append(JSONText.line(EncodedEvent(event)) + "\n")
    guard case .runFinished = event else { return }
    try events?.close()
    events = nil
    guard let document = EncodedReport(report) else { return }
    try folder.write(JSONText.document(document), to: Self.reportName)
  }

  /// Once a line could not be written, none is: lines after a gap would tell another story.
  private func append(_ line: String) throws {
    guard let events else { return }
    do {
      try events.writePatiently(line)
    } catch let errno as Errno {
      self.events = nil
      try? events.close()
      throw OutputError(.write, folder.path.appending(Self.eventsName), errno)
    }
  }
}
