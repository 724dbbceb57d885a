public import SystemPackage

/// Writes one file when the run has ended.
public final class ReportRecorder: Recorder {
  public struct Format: Sendable {
    public let fileName: String
    let text: @Sendable (Report) throws -> String

    /// One page that needs nothing beside it, neither a network nor scripts.
    public static let html = Format(fileName: "report.html", text: { try HTMLReport.text($0) })

    /// It fits a step summary of GitHub Actions: `cat report.md >> "$GITHUB_STEP_SUMMARY"`.
    public static let markdown = Format(fileName: "report.md", text: { MarkdownReport.text($0) })
  }

  private let format: Format
  private let folder: OutputFolder
  private var report = Report()

  public init(_ format: Format, folder: FilePath) {
    self.format = format
    self.folder = OutputFolder(path: folder)
  }

  public func record(_ event: Event) throws {
    report.apply(event)
    guard case .runFinished = event else { return }
    try folder.write(format.text(report), to: format.fileName)
  }
}
