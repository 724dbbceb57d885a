#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

enum Environment {
  /// The number in this variable; nil when it is not set or none.
  static func number(_ name: String) -> Int? { getenv(name).flatMap { Int(String(cString: $0)) } }
}
