/// What a build of CPython was configured with, as far as its binary interface differs.
public struct ABIFlags: OptionSet, Hashable, Sendable {
  public let rawValue: UInt8

  public init(rawValue: UInt8) { self.rawValue = rawValue }

  /// `--disable-gil`, from 3.13 on: `t`.
  public static let freeThreaded = ABIFlags(rawValue: 1)
  /// `--with-pydebug`: `d`.
  public static let debug = ABIFlags(rawValue: 2)
  /// pymalloc, named in the flags up to 3.7 only: `m`.
  public static let pymalloc = ABIFlags(rawValue: 4)
}

extension ABIFlags: CustomStringConvertible {
  /// In the order of `sys.abiflags`: `td` from 3.13 on, `dm` up to 3.7.
  public var description: String {
    (contains(.freeThreaded) ? "t" : "") + (contains(.debug) ? "d" : "")
      + (contains(.pymalloc) ? "m" : "")
  }
}
