public import PythonRuntime

/// Something that may know the thread state to write to.
public enum ProviderKind: String, Hashable, CaseIterable, Sendable {
  /// What the last attach to the same process found.
  case cache
  /// The table's own offsets, by its exact layout.
  case tableWalk = "table-walk"
  /// Six neighbouring words anywhere in the table that lead to something readable.
  case inference
  /// Words in the runtime that look like a thread state's pointer to its interpreter.
  case heuristic
  /// What the module exports.
  case export

  /// Whether what it finds may be written to. Inference reads real tables wrongly (it takes a
  /// window one word too late for right), so it and its like only answer.
  public var mayBeWrittenTo: Bool { self == .cache || self == .tableWalk }
}

/// What a provider says, whether it found something or not.
public struct ProviderAnswer: Hashable, Sendable {
  public var provider: ProviderKind
  /// The address of a thread state.
  public var address: UInt64?
  /// All that is known of it; only from providers that may be written to.
  public var thread: FoundThread?
  /// How many candidates it looked at.
  public var candidates: Int
  /// What it looked at and made of it, for people.
  public var looked: String
  public var time: Duration
  /// Why a provider that may be written to has nothing.
  public var failure: ThreadSearchError?

  public init(
    _ provider: ProviderKind, address: UInt64? = nil, thread: FoundThread? = nil,
    candidates: Int = 0, looked: String, time: Duration = .zero, failure: ThreadSearchError? = nil
  ) {
    self.provider = provider
    self.address = address ?? thread?.address
    self.thread = thread
    self.candidates = candidates
    self.looked = looked
    self.time = time
    self.failure = failure
  }
}

extension ProviderAnswer {
  /// One line for people: what was looked at, what was found, and whether that is right.
  ///
  /// - Parameter thread: the address of the thread state that was found by the table and checked.
  public func sentence(found thread: UInt64?) -> String {
    var text = "\(provider.rawValue): \(looked)"
    guard let address else { return text + "; finds nothing" }
    text += "; finds \(hexadecimal(address))"
    guard !provider.mayBeWrittenTo, let thread else { return text }
    return text + (address == thread ? ", which is right" : ", which is wrong")
  }
}

/// One way to come by the thread state. Reads, and never writes.
protocol ThreadProvider: Sendable {
  var kind: ProviderKind { get }
  func find(_ walk: ThreadWalk) -> ProviderAnswer
}

/// The providers in their fixed order. The first that may be written to and has a checked thread
/// state decides; the diagnostic ones are asked by a switch, and compared.
struct ProviderChain: Sendable {
  var writable: [any ThreadProvider]
  var diagnostic: [any ThreadProvider]
  /// Asked only where no writable locator has found anything.
  var fallback: [any ThreadProvider] = []

  func run(_ walk: ThreadWalk) -> [ProviderAnswer] {
    var answers: [ProviderAnswer] = []
    func ask(_ provider: any ThreadProvider) -> ProviderAnswer {
      let begin = ContinuousClock.now
      var answer = provider.find(walk)
      answer.time = begin.duration(to: .now)
      answers.append(answer)
      return answer
    }
    var isFound = false
    for provider in writable where !isFound { isFound = ask(provider).thread != nil }
    for provider in diagnostic { _ = ask(provider) }
    if !isFound { for provider in fallback { _ = ask(provider) } }
    return answers
  }
}
