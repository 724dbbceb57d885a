import ArgumentParser
import Inspection

/// `matrix inspect`
struct InspectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect",
    abstract: "Show what a CPython tells a debugger, from its file or from a live process.",
    discussion: """
      Shows version and build, where the runtime is and how it was found, every debug offset by \
      name (3.13 and later), and whether remote debugging is on (3.14 and later). Files of every \
      system can be read: ELF, PE and Mach-O. Nothing is run, stopped or changed. With two \
      arguments, shows in what they differ.

      Examples:
        matrix inspect 4711
        matrix inspect /usr/bin/python3.14 --format json
        matrix inspect python314.dll
        matrix inspect 4711 /usr/bin/python3.14      # is it the file that runs?

      \(ExitStatus.table)
      """)

  @Argument(
    help: ArgumentHelp(
      "A process or a file. Digits alone are a process; write ./1234 for a file.",
      valueName: "pid|file"))
  private var first: String

  @Argument(help: ArgumentHelp("What to compare it with.", valueName: "pid|file"))
  private var second: String?

  @Option(help: "How to print: text or json.")
  private var format: OutputFormat = .text

  func validate() throws {
    for argument in [first, second].compactMap(\.self) where InspectionSubject(argument) == nil {
      throw ValidationError("'\(argument)' is no process and no file")
    }
  }

  func run() throws {
    let found = try [first, second].compactMap(\.self).compactMap(InspectionSubject.init)
      .map(inspect)
    let document =
      found.count == 2
      ? InspectionDocument(comparing: found[0], with: found[1])
      : InspectionDocument(found.flatMap(\.self))
    switch format {
    case .text: print(document.text)
    case .json: print(try document.json)
    }
  }

  private func inspect(_ subject: InspectionSubject) throws -> [Inspection] {
    do {
      return try Inspection.all(of: subject)
    } catch {
      Message.write("error: \(error)")
      throw ExitStatus.somethingMissing.code
    }
  }
}
