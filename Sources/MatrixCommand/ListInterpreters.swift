import ArgumentParser
import Interpreters
import SystemPackage

/// `matrix list interpreters`
struct ListInterpreters: AsyncParsableCommand {
  enum Format: String, ExpressibleByArgument, CaseIterable {
    case text, json
    case githubMatrix = "github-matrix"
  }

  static let configuration = CommandConfiguration(
    commandName: "interpreters",
    abstract: "List the CPython builds of this machine.",
    discussion: """
      Looks in pyenv, uv, asdf, mise, conda, the project's cache, the system's folders and PATH. \
      Nothing else is run than the interpreters, each once; what they say is remembered.

      Examples:
        matrix list interpreters
        matrix list interpreters --versions 3.12,3.14 --versions '>=3.9,<3.11'
        matrix list interpreters --versions 3.13t --verbose
        matrix list interpreters --versions ~/src/cpython/python
        matrix list interpreters --format json
        matrix list interpreters --format github-matrix   # for fromJSON in a workflow
      """)

  @OptionGroup var versions: VersionOptions

  @Option(help: "How to print: text, json or github-matrix.")
  var format: Format = .text

  @Flag(help: "Say on standard error what was found and cannot be used, and why.")
  var verbose = false

  func run() async throws {
    let requests = try versions.requests
    let discovery = await InterpreterFinder().find(for: requests)
    let resolution = discovery.resolve(requests)
    let listing = InterpreterListing(resolution.interpreters)
    switch format {
    case .text where resolution.interpreters.isEmpty: break
    case .text: print(listing.text)
    case .json: print(try listing.json)
    case .githubMatrix: print(try listing.githubMatrix)
    }
    let notUsed = verbose ? discovery.rejected.map { "not used: \($0)" } : []
    let missing = resolution.missing.map { "unavailable: \($0)" }
    let notes = (notUsed + missing).map { $0 + "\n" }.joined()
    _ = try? FileDescriptor.standardError.writeAll(notes.utf8)
  }
}
