import TargetProcess

/// What a thread is waiting in, as far as it decides about waking it (facts measured on 3.14 and
/// 3.15).
enum ThreadWait: Hashable, Sendable {
  /// It runs, or will as soon as a processor is free.
  case running
  /// For the GIL: its turn comes.
  case interpreterLock
  /// In `epoll_wait`, which ends at any stop.
  case epoll
  /// In a call that CPython's own code begins again after `EINTR` (PEP 475), looking for requests
  /// in between.
  case retriedCall(Int)
  /// In a lock. CPython begins again without looking for requests.
  case lock
  /// In another call, where `EINTR` would reach the program, or CPython does not check for requests.
  case otherCall(Int)
  /// It is gone, or may not be looked at.
  case unknown

  /// Looks without stopping it.
  ///
  /// - Parameter runtime: where `_PyRuntime` is; the GIL is inside of it.
  init(_ pid: Int32, thread: Int32, runtime: Range<UInt64>) {
    let text = ProcText(pid: pid, file: "task/\(thread)/syscall").lines.first ?? ""
    let words = text.split(separator: " ")
    guard let first = words.first else {
      self = .unknown
      return
    }
    guard let number = Int(first), number >= 0 else {
      self = first == "running" ? .running : .unknown
      return
    }
    switch number {
    case 232, 281, 441: self = .epoll
    case 202, 449, 455:
      let word = words.dropFirst().first.flatMap { UInt64($0.dropFirst(2), radix: 16) } ?? 0
      self = runtime.contains(word) ? .interpreterLock : .lock
    // restart_syscall: a sleep, a poll or a timed lock that a stop has interrupted.
    case _ where number == SystemCall.restart || Self.retried.contains(number):
      self = .retriedCall(number)
    default: self = .otherCall(number)
    }
  }

  /// A system call in which a thread waits.
  struct Call {
    var number: UInt64
    var firstArgument: UInt64
    var stack: UInt64
    var instruction: UInt64
  }

  /// Nil for a thread that is in none, or may not be looked at.
  static func call(of thread: Int32, in pid: Int32) -> Call? {
    let text = ProcText(pid: pid, file: "task/\(thread)/syscall").lines.first ?? ""
    let words = text.split(separator: " ")
    // The number, six arguments, the stack pointer and the instruction pointer.
    guard words.count == 9, let number = UInt64(words[0]) else { return nil }
    let rest = words.dropFirst().compactMap { UInt64($0.dropFirst(2), radix: 16) }
    guard rest.count == 8 else { return nil }
    return Call(number: number, firstArgument: rest[0], stack: rest[6], instruction: rest[7])
  }

  /// For how long a thread has run, in nanoseconds; nil where the kernel does not count.
  static func work(of thread: Int32, in pid: Int32) -> UInt64? {
    ProcText(pid: pid, file: "task/\(thread)/schedstat").lines.first?
      .split(separator: " ").first.flatMap { UInt64($0) }
  }

  /// Whether the thread comes to look for requests by itself, soon.
  var comesByItself: Bool { self == .running || self == .interpreterLock }

  /// read, write, open and their like; poll, select; nanosleep; connect, accept, send and receive;
  /// wait; fcntl, flock. Not pause and the waits for signals, which end, or do not, by `EINTR`.
  private static let retried: Set<Int> = [
    0, 1, 2, 257, 17, 18, 19, 20, 7, 271, 23, 270, 35, 230, 42, 43, 288, 44, 45, 46, 47, 61, 247,
    72, 73,
  ]

  var sentence: String {
    switch self {
    case .running: "it runs code that does not look for requests"
    case .interpreterLock: "it waits for the GIL"
    case .epoll: "it waits in epoll"
    case .retriedCall(let number), .otherCall(let number): "it waits in system call \(number)"
    case .lock: "it waits for a lock, which looks for no requests"
    case .unknown: "what it does is not known"
    }
  }
}
