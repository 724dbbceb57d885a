import ArgumentParser
import FoundationEssentials

/// The options of `matrix attach --listen`.
struct ListenOptions: ParsableArguments {
  /// Where the agent is to wait, as it is in the target's file system and network.
  enum Endpoint: ExpressibleByArgument, CustomStringConvertible {
    case port(UInt16)
    case socket(path: String)

    private static let prefix = "unix:"

    init?(argument: String) {
      if argument.hasPrefix(Self.prefix + "/") {
        self = .socket(path: String(argument.dropFirst(Self.prefix.count)))
      } else if let port = UInt16(argument) {
        self = .port(port)
      } else {
        return nil
      }
    }

    var description: String {
      switch self {
      case .port(let port): "\(port)"
      case .socket(let path): Self.prefix + path
      }
    }
  }

  /// Where it waits.
  struct Place: Encodable {
    var endpoint: String
    var secret: String
  }

  @Option(
    name: .customLong("listen"),
    help: ArgumentHelp(
      "Load the debug agent and have it wait at this port on 127.0.0.1 (0: a free one), or at "
        + "unix:/PATH.",
      valueName: "endpoint"))
  var endpoint: Endpoint?

  @Option(
    help: ArgumentHelp(
      "Read what a debugger has to say first from the first line of this file ('-': standard input; "
        + "/dev/fd/3: a descriptor). By default it is in MATRIX_SECRET, or a random one is made "
        + "and printed. It is no argument itself, as every user can read those.",
      valueName: "file"))
  private var secretFile: String?

  @Option(
    name: .customLong("close"),
    help: ArgumentHelp(
      "Close the agent's listener at this endpoint, or all of its listeners, and end their threads. "
        + "A session that is under way goes on.",
      valueName: "endpoint|all"))
  var closing: Closing?

  /// The listeners that `--close` closes.
  enum Closing: ExpressibleByArgument {
    case all
    case one(Endpoint)

    init?(argument: String) {
      if argument == "all" {
        self = .all
      } else if let endpoint = Endpoint(argument: argument) {
        self = .one(endpoint)
      } else {
        return nil
      }
    }

    /// As the agent knows it; nil for all.
    var endpoint: String? {
      switch self {
      case .all: nil
      case .one(let endpoint): endpoint.description
      }
    }
  }

  func validate() throws {
    if secretFile != nil, endpoint == nil {
      throw ValidationError("--secret-file goes with --listen ENDPOINT.")
    }
  }

  /// What a debugger has to say first.
  func secret(environment: [String: String]) throws -> String {
    let chosen: String?
    if let secretFile {
      do {
        let path = secretFile == "-" ? "/dev/stdin" : secretFile
        chosen = try String(contentsOfFile: path, encoding: .utf8).split(
          separator: "\n", maxSplits: 1, omittingEmptySubsequences: false
        ).first.map(String.init)
      } catch {
        throw ValidationError("--secret-file: \(secretFile) cannot be read as UTF-8 text.")
      }
    } else {
      chosen = environment["MATRIX_SECRET"]
    }
    guard let chosen else { return Self.randomSecret() }
    if chosen.isEmpty {
      throw ValidationError(
        "The secret must not be empty: \(secretFile ?? "MATRIX_SECRET") begins with an empty line.")
    }
    return chosen
  }

  private static func randomSecret() -> String {
    (0..<2).map { _ in String(UInt64.random(in: .min ... .max), radix: 36) }.joined()
  }

  /// - Parameter text: what the agent answered.
  func place(answered text: String?, secret: String) -> Place? {
    guard case .some(let endpoint) = endpoint, let text else { return nil }
    return switch endpoint {
    case .port: Place(endpoint: "127.0.0.1:\(text)", secret: secret)
    case .socket: Place(endpoint: text, secret: secret)
    }
  }

  /// What was closed, as `--listen` printed it.
  func closed(answered text: String?) -> [String]? {
    guard closing != nil, let text else { return nil }
    return text.split(separator: "\n").map { $0.hasPrefix("unix:") ? "\($0)" : "127.0.0.1:\($0)" }
  }
}
