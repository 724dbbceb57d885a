public import SystemPackage

/// Makes something of a run's events. Recorders know nothing of one another.
///
/// Events arrive one at a time, in order, and end with ``Event/runFinished(_:)``.
public protocol Recorder: AnyObject {
  /// - Throws: an error that names the file that could not be written, and why. The run goes on
  ///   for the other recorders and ends with exit code 3.
  func record(_ event: Event) throws
}

/// The recorders of a run.
public enum Recorders {
  /// What a run writes: its report files, if there is a folder for them, then the terminal, whose
  /// last lines may name them.
  ///
  /// - Parameters:
  ///   - output: The folder for `events.jsonl`, `report.json`, `report.md` and `report.html`;
  ///     made as needed. Without it no file is written.
  ///   - terminal: Usually ``TerminalRecorder/standard(color:environment:output:)``.
  public static func all(output: FilePath?, terminal: TerminalRecorder?) -> [any Recorder] {
    var recorders: [any Recorder] = []
    if let output { recorders += files(in: output) }
    if let terminal { recorders.append(terminal) }
    return recorders
  }

  /// Makes the folder for the report files and checks that each of them can be written there, so
  /// that a run does not begin that cannot be reported. Files of earlier runs stay as they are.
  ///
  /// - Throws: ``OutputError``.
  public static func prepare(_ folder: FilePath) throws {
    let names = [
      JSONRecorder.eventsName, JSONRecorder.reportName, ReportRecorder.Format.markdown.fileName,
      ReportRecorder.Format.html.fileName,
    ]
    try OutputFolder(path: folder).check(names)
  }

  /// One recorder for each kind of report file. Files with the same name are replaced.
  public static func files(in folder: FilePath) -> [any Recorder] {
    [
      JSONRecorder(folder: folder), ReportRecorder(.markdown, folder: folder),
      ReportRecorder(.html, folder: folder),
    ]
  }
}
