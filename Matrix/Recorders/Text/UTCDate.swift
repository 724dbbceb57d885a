/// A moment in UTC, as ISO 8601 writes it. Proleptic Gregorian calendar, no leap seconds.
struct UTCDate: Hashable {
  /// Since 1970-01-01T00:00:00Z.
  var seconds: Int

  init(seconds: Int) { self.seconds = seconds }

  /// `2026-08-02`
  var day: String {
    let (year, month, day) = civil
    return "\(Self.padded(year, 4))-\(Self.padded(month))-\(Self.padded(day))"
  }

  /// `10:04`
  var time: String { "\(Self.padded(secondOfDay / 3600)):\(Self.padded(secondOfDay / 60 % 60))" }

  private var secondOfDay: Int { seconds - dayNumber * 86_400 }
  private var dayNumber: Int { Self.floorDivide(seconds, 86_400) }

  /// Years that start on 1 March make the leap day the last of the year, and the days before a
  /// month a linear function of its number.
  private var civil: (year: Int, month: Int, day: Int) {
    let shifted = dayNumber + 719_468  // Days since 0000-03-01.
    let era = Self.floorDivide(shifted, 146_097)
    let dayOfEra = shifted - era * 146_097
    let yearOfEra =
      (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    let day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
    let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
  }

  private static func floorDivide(_ value: Int, _ divisor: Int) -> Int {
    (value >= 0 ? value : value - divisor + 1) / divisor
  }

  private static func padded(_ value: Int, _ width: Int = 2) -> String {
    let digits = String(value)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }
}

extension UTCDate: CustomStringConvertible {
  /// `2026-08-02T10:04:05Z`
  var description: String { "\(day)T\(time):\(Self.padded(secondOfDay % 60))Z" }
}
