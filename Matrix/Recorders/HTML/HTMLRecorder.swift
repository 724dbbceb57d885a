public import SystemPackage

/// Writes `report.html` when the run has ended: one page that needs nothing beside it, neither a
/// network nor scripts.
public final class HTMLRecorder: Recorder {
  public static let reportName = "report.html"

  private let folder: OutputFolder
  private var report = Report()

  public init(folder: FilePath) { self.folder = OutputFolder(path: folder) }

  public func record(_ event: Event) throws {
    report.apply(event)
    guard case .runFinished = event else { return }
    try folder.write(HTMLReport.text(report), to: Self.reportName)
  }
}
