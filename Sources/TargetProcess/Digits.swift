extension UInt64 {
  /// Nil for anything but digits, and for what does not fit.
  init?(digits: some Sequence<UInt8>, radix: UInt64) {
    var value: UInt64 = 0
    var isEmpty = true
    for byte in digits {
      let digit: UInt64
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = UInt64(byte - UInt8(ascii: "0"))
      case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = UInt64(byte - UInt8(ascii: "a")) + 10
      default: return nil
      }
      let (product, overflows) = value.multipliedReportingOverflow(by: radix)
      let (sum, wraps) = product.addingReportingOverflow(digit)
      guard digit < radix, !overflows, !wraps else { return nil }
      value = sum
      isEmpty = false
    }
    if isEmpty { return nil }
    self = value
  }
}
