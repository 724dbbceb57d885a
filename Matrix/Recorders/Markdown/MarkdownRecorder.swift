public import SystemPackage

/// Writes `report.md` when the run has ended. It fits a step summary of GitHub Actions:
/// `cat report.md >> "$GITHUB_STEP_SUMMARY"`.
public final class MarkdownRecorder: Recorder {
  public static let reportName = "report.md"

  private let folder: OutputFolder
  private var report = Report()

  public init(folder: FilePath) { self.folder = OutputFolder(path: folder) }

  public func record(_ event: Event) throws {
    report.apply(event)
    guard case .runFinished = event else { return }
    try folder.write(MarkdownReport.text(report), to: Self.reportName)
  }
}
