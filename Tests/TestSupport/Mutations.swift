import Glibc

/// How often, and in which way, tests change what they give to a reader.
public enum Mutations {
  /// `MATRIX_MUTATIONS=1000000` for a long look.
  public static func rounds(default value: Int) -> Int { number("MATRIX_MUTATIONS") ?? value }

  /// What is changed follows from it; `MATRIX_SEED` chooses another. Each test says it.
  public static let seed = UInt64(number("MATRIX_SEED") ?? 42)

  private static func number(_ name: String) -> Int? {
    getenv(name).flatMap { Int(String(cString: $0)) }
  }
}

/// The same numbers for the same seed.
public struct Lehmer: RandomNumberGenerator {
  private var state: UInt64

  public init(seed: UInt64) { state = seed &* 0x9e37_79b9_7f4a_7c15 | 1 }

  public mutating func next() -> UInt64 {
    state = state &* 0xda94_2042_e4dd_58b5
    return state ^ state >> 32
  }
}
