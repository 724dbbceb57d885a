import ArgumentParser

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
    name: .customLong("secret"),
    help: ArgumentHelp(
      "What a debugger has to say first; by default a random one, which is printed.",
      valueName: "text"))
  private var chosenSecret: String?

  /// The same for as long as the program runs.
  var secret: String { chosenSecret ?? Self.randomSecret }

  private static let randomSecret = (0..<2).map { _ in
    String(UInt64.random(in: .min ... .max), radix: 36)
  }.joined()

  func validate() throws {
    if let chosenSecret {
      guard endpoint != nil else { throw ValidationError("--secret goes with --listen ENDPOINT.") }
      guard !chosenSecret.isEmpty else { throw ValidationError("--secret must not be empty.") }
    }
  }

  /// - Parameter text: what the agent answered.
  func place(answered text: String?) -> Place? {
    guard case .some(let endpoint) = endpoint, let text else { return nil }
    return switch endpoint {
    case .port: Place(endpoint: "127.0.0.1:\(text)", secret: secret)
    case .socket: Place(endpoint: text, secret: secret)
    }
  }
}
