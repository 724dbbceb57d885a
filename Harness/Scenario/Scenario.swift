public import CPython

/// A program, and what a debugger must show on it. The format is described in
/// `docs/scenarios.md`.
public struct Scenario: Hashable, Sendable {
  /// One file of the program.
  public struct File: Hashable, Sendable {
    /// Relative to the folder that the program runs in.
    public var path: String
    public var text: String

    public init(path: String, text: String) {
      self.path = path
      self.text = text
    }
  }

  /// A recorded difference between versions: a range that the script uses, and why.
  public struct Difference: Hashable, Sendable {
    public var range: VersionRange
    public var reason: String
  }

  /// Its path below the scenarios' folder, without `.py`.
  public var name: String
  /// The sentence of its docstring.
  public var title: String
  /// Versions that can run it; nil means all.
  public var python: VersionRange?
  /// For the whole cell; nil means the run's own.
  public var timeout: Duration?
  public var differences: [Difference]
  public var links: [String]
  /// The scenario's file first, then its companions.
  public var files: [File]
  public var labels: [String: Position]
  public var script: [Statement]

  public var group: String { name.split(separator: "/").first.map(String.init) ?? name }
  public var program: File { files[0] }

  /// A line of one of the files. Lines count from 1.
  public struct Position: Hashable, Sendable {
    public var file: String
    public var line: Int
  }
}

/// One line of a script, with its details.
public struct Statement: Hashable, Sendable {
  public var location: SourceLocation
  /// As it stands in the file, without `#>` and details.
  public var text: String
  /// Versions on which it counts; nil means all.
  public var only: VersionRange?
  public var action: Action
}

/// What a statement does and what must be seen. See `docs/scenarios.md` for each.
public enum Action: Hashable, Sendable {
  case go(Going, expecting: Outcome)
  case setBreakpoint(BreakpointSpec, expecting: Binding?)
  case clearBreakpoint(label: String)
  case hits(label: String, count: Int)
  case stack([FramePattern], andMore: Bool)
  case evaluate(String, expecting: EvaluationPattern)
  case variables(Listing)
  case children(of: String, Listing)
  case expand(name: String, Listing)
  case output(String)
  case input(String)

  public enum Going: Hashable, Sendable {
    case run, resume, stepInto, stepOver, stepOut, pause, detach, wait
  }

  public enum Binding: String, Hashable, Sendable {
    case bound, pending
  }
}

/// What follows when the program goes on.
public enum Outcome: Hashable, Sendable {
  case breakpoint(Place)
  case step(Place)
  case paused(Place)
  case exit(Int)
  case killed(signal: Int)
  case running
}

/// Any of some lines, and the function if that matters.
public struct Place: Hashable, Sendable {
  public enum Line: Hashable, Sendable {
    case at(label: String)
    /// The line below the label's.
    case after(label: String)
  }

  public var lines: [Line]
  public var function: String?
}

public struct BreakpointSpec: Hashable, Sendable {
  public enum Condition: Hashable, Sendable {
    case whenTrue(String)
    case whenChanged(String)
  }

  public enum PassCount: Hashable, Sendable {
    case every(Int), on(Int), from(Int)
  }

  public var label: String
  public var condition: Condition?
  public var passCount: PassCount?
}

public struct FramePattern: Hashable, Sendable {
  public var function: String
  public var line: Place.Line
}

public enum EvaluationPattern: Hashable, Sendable {
  case repr(String)
  case raises(String)
}

/// The variables or children that must be seen.
public struct Listing: Hashable, Sendable {
  public struct Item: Hashable, Sendable {
    public enum Value: Hashable, Sendable {
      case exact(String)
      case pattern(String)
    }

    public var name: String
    public var type: String?
    public var value: Value?
    public var isExpandable: Bool?
  }

  public enum Entry: Hashable, Sendable {
    case item(Item)
    case anyNumber
    case absent(String)
  }

  /// One detail line.
  public struct Detail: Hashable, Sendable {
    public var location: SourceLocation
    public var text: String
    public var only: VersionRange?
    public var entry: Entry
  }

  /// How many there are in all, if that is said.
  public var count: Int?
  /// Empty when only the count is said.
  public var details: [Detail]
}

/// Something in a scenario's file that cannot be understood or cannot be meant.
public struct ScenarioDiagnostic: Error, Hashable, Sendable, CustomStringConvertible {
  public var location: SourceLocation
  /// What is wrong and what would be right, as a sentence without a full stop.
  public var message: String

  public var description: String { "\(location): \(message)" }
}

/// Every mistake found, in the order of the files.
public struct ScenarioDiagnostics: Error, Hashable, Sendable, CustomStringConvertible {
  public var mistakes: [ScenarioDiagnostic]

  public var description: String {
    mistakes.map(\.description).joined(separator: "\n")
  }
}
