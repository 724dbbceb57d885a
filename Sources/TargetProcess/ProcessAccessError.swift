import Glibc

/// Why a process, or a part of its memory, could not be read or written.
public enum ProcessAccessError: Error, Hashable, Sendable {
  /// There is no process with this pid, or there is none any more.
  case gone(pid: Int32)
  /// The system does not let us: EPERM or EACCES, as it gave it. Says nothing about what the
  /// process is.
  case notPermitted(pid: Int32, errno: Int32, what: String)
  /// No memory, or none with the right access, in this range of the process.
  case badAddress(pid: Int32, address: UInt64, count: Int)
  /// Anything else.
  case failed(pid: Int32, errno: Int32, what: String)

  /// Sorts a number of the system.
  ///
  /// - Parameter what: what was tried, as the object of "cannot": `read its memory`.
  init(pid: Int32, errno number: Int32, what: String) {
    switch number {
    case ESRCH, ENOENT: self = .gone(pid: pid)
    case EPERM, EACCES: self = .notPermitted(pid: pid, errno: number, what: what)
    default: self = .failed(pid: pid, errno: number, what: what)
    }
  }
}

extension ProcessAccessError {
  /// The system's number: as it gave it, else the one that says the same.
  public var number: Int32 {
    switch self {
    case .gone: ESRCH
    case .notPermitted(_, let number, _), .failed(_, let number, _): number
    case .badAddress: EFAULT
    }
  }
}

extension ProcessAccessError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .gone(let pid): "there is no process \(pid)"
    case .notPermitted(let pid, let number, let what):
      "not permitted to \(what) (process \(pid), \(Self.name(number)))"
    case .badAddress(let pid, let address, let count):
      "process \(pid) has no such memory: \(count) bytes at 0x\(String(address, radix: 16))"
    case .failed(let pid, let number, let what):
      "cannot \(what) (process \(pid), \(Self.name(number)))"
    }
  }

  /// `EPERM`, `EACCES`, else the system's own words.
  private static func name(_ number: Int32) -> String {
    switch number {
    case EPERM: "EPERM"
    case EACCES: "EACCES"
    default: String(cString: strerror(number))
    }
  }
}
