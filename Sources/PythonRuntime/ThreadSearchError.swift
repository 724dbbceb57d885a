public import TargetProcess

/// Why no thread state of a target is taken for the one to write to. Nothing was written.
public enum ThreadSearchError: Error, Hashable, Sendable {
  /// What a pointer leads to.
  public enum Structure: String, Hashable, Sendable {
    case runtime
    case interpreter = "interpreter state"
    case thread = "thread state"
  }

  /// What is wrong with a pointer.
  public enum BadPointer: String, Hashable, Sendable {
    case misaligned = "is not aligned"
    case wraps = "is at the end of all addresses"
    case unmapped = "leads to memory that is not there"
    case notWritable = "leads to memory that cannot be written"
  }

  case unreadable(ProcessAccessError)
  /// The runtime has no interpreter: it has not begun, or has ended.
  case noInterpreter
  case badPointer(Structure, address: UInt64, BadPointer)
  /// A list comes back to an element that it had before.
  case cycle(Structure, count: Int)
  case tooMany(Structure, limit: Int)
  /// There are interpreters, and none of them is the first, which has the id 0.
  case noMainInterpreter(count: Int)
  /// A thread state that says that it belongs to another interpreter than the one that lists it.
  case foreignThread(address: UInt64, interpreter: UInt64, says: UInt64)
  /// `threads_main` leads to what is not in the list of the interpreter's threads.
  case mainThreadOutsideList(address: UInt64)
  /// The main interpreter has no thread, or its thread has ended and left its state behind.
  case mainThreadGone
}

extension ThreadSearchError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .unreadable(let error): "\(error)"
    case .noInterpreter: "its runtime has no interpreter: it has not started yet, or has finished"
    case .badPointer(let structure, let address, let problem):
      "a pointer to its \(structure.rawValue), \(hexadecimal(address)), \(problem.rawValue)"
    case .cycle(let structure, let count):
      "its list of \(structure.rawValue)s is circular (\(count) found)"
    case .tooMany(let structure, let limit):
      "its list of \(structure.rawValue)s does not end (\(limit) found)"
    case .noMainInterpreter(let count):
      "none of its \(count) interpreters is the main one, which has the id 0"
    case .foreignThread(let address, let interpreter, let says):
      "the thread state at \(hexadecimal(address)) is listed by the interpreter at "
        + "\(hexadecimal(interpreter)) and says that it belongs to \(hexadecimal(says))"
    case .mainThreadOutsideList(let address):
      "its main thread state, \(hexadecimal(address)), is not in the list of its threads"
    case .mainThreadGone: "its main thread has ended"
    }
  }
}

public func hexadecimal(_ number: UInt64) -> String { "0x" + String(number, radix: 16) }
