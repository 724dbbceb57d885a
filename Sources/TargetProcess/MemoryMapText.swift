import Glibc

/// Takes the text of `/proc/PID/maps` apart, in one pass and with as few copies as possible.
enum MemoryMapText {
  /// Adds a region for each line; lines that are none are left out.
  ///
  /// - Parameter isWhole: whether nothing follows, so that the last line needs no end.
  /// - Returns: how many bytes were used up: all, or those before a line that is not complete yet.
  static func parse(
    _ text: UnsafeRawBufferPointer, isWhole: Bool, into regions: inout [MemoryRegion]
  ) -> Int {
    var start = 0
    var before: MappedName?
    while start < text.count {
      let end: Int
      if let base = text.baseAddress, let found = memchr(base + start, 0x0a, text.count - start) {
        end = UnsafeRawPointer(found) - base
      } else if isWhole {
        end = text.count
      } else {
        break
      }
      var line = MapLine(UnsafeRawBufferPointer(rebasing: text[start..<end]))
      if let region = line.region(after: &before) { regions.append(region) }
      start = end + 1
    }
    return min(start, text.count)
  }
}

/// What a line says behind its offset, by which the next line is seen to be of the same file.
private struct MappedName {
  var bytes: UnsafeRawBufferPointer
  var file: MemoryRegion.File?
  var label: String
}

/// One line: `start-end rights offset device inode   name`.
private struct MapLine {
  private let text: UnsafeRawBufferPointer
  private var place = 0

  init(_ text: UnsafeRawBufferPointer) { self.text = text }

  mutating func region(after before: inout MappedName?) -> MemoryRegion? {
    guard let start = hexadecimal(until: "-"), let end = hexadecimal(until: " "), start <= end,
      place + 5 <= text.count, text[place + 4] == UInt8(ascii: " ")
    else { return nil }
    let rights = place
    place += 5
    guard let offset = hexadecimal(until: " ") else { return nil }
    let rest = UnsafeRawBufferPointer(rebasing: text[place...])
    let name: MappedName
    if let before, isEqual(before.bytes, rest) {
      name = before
    } else {
      guard let read = self.name(rest) else { return nil }
      name = read
      before = read
    }
    return MemoryRegion(
      start: start, end: end, isReadable: text[rights] == UInt8(ascii: "r"),
      isWritable: text[rights + 1] == UInt8(ascii: "w"),
      isExecutable: text[rights + 2] == UInt8(ascii: "x"),
      isShared: text[rights + 3] == UInt8(ascii: "s"), offset: offset, file: name.file,
      label: name.label)
  }

  private func isEqual(_ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer) -> Bool {
    guard left.count == right.count, let one = left.baseAddress, let other = right.baseAddress
    else { return false }
    return memcmp(one, other, left.count) == 0
  }

  private mutating func name(_ rest: UnsafeRawBufferPointer) -> MappedName? {
    let deviceStart = place
    guard skip(until: " ") else { return nil }
    let device = deviceStart..<(place - 1)
    let inodeStart = place
    // Without a name the line may end here.
    if !skip(until: " ") { place = text.count }
    let inodeEnd = place == text.count && text.last != UInt8(ascii: " ") ? place : place - 1
    guard inodeStart < inodeEnd, let inode = decimal(inodeStart..<inodeEnd) else { return nil }
    while place < text.count, text[place] == UInt8(ascii: " ") { place += 1 }
    let name = unescaped(string(place..<text.count))
    if inode == 0 { return MappedName(bytes: rest, file: nil, label: name) }
    let file = MemoryRegion.File(device: string(device), inode: inode, name: name)
    return MappedName(bytes: rest, file: file, label: "")
  }

  private mutating func hexadecimal(until end: Unicode.Scalar) -> UInt64? {
    var value: UInt64 = 0
    let start = place
    while place < text.count {
      let byte = text[place]
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"):
        value = value << 4 | UInt64(byte - UInt8(ascii: "0"))
      case UInt8(ascii: "a")...UInt8(ascii: "f"):
        value = value << 4 | UInt64(byte - UInt8(ascii: "a") + 10)
      case UInt8(ascii: end) where place > start && place - start <= 16:
        place += 1
        return value
      default: return nil
      }
      place += 1
    }
    return nil
  }

  private func decimal(_ range: Range<Int>) -> UInt64? {
    UInt64(digits: text[range], radix: 10)
  }

  private mutating func skip(until end: Unicode.Scalar) -> Bool {
    while place < text.count {
      place += 1
      if text[place - 1] == UInt8(ascii: end) { return true }
    }
    return false
  }

  private func string(_ range: Range<Int>) -> String {
    String(decoding: UnsafeRawBufferPointer(rebasing: text[range]), as: UTF8.self)
  }

  /// Undoes the kernel's one escape, `\012` for a line feed.
  private func unescaped(_ name: String) -> String {
    guard name.utf8.contains(UInt8(ascii: "\\")) else { return name }
    return name.split(separator: "\\012", omittingEmptySubsequences: false)
      .joined(separator: "\n")
  }
}
