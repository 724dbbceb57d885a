import Testing

@testable import TargetProcess

struct MemoryMapTests {
  static let text = """
    555555554000-555555556000 r--p 00000000 08:01 1234                       /usr/bin/python3.13
    555555556000-555555800000 r-xp 00002000 08:01 1234                       /usr/bin/python3.13
    555555800000-555555900000 rw-p 002ab000 08:01 1234                       /usr/bin/python3.13
    555555900000-555555a00000 rw-p 00000000 00:00 0                          [heap]
    7ffff0000000-7ffff0001000 rw-s 00000000 00:01 77                         /memfd:my data (deleted)
    7ffff7000000-7ffff7001000 r--p 00001000 103:02 99                        /a\\012b/lib x.so (deleted)
    7ffff7001000-7ffff7002000 rw-p 00000000 00:00 0 
    not a line
    7fffffffe000-7fffffff0000 r--p 00000000 08:01 5 /backwards
    ffffffffff600000-ffffffffff601000 --xp 00000000 00:00 0                  [vsyscall]
    """
  let map = MemoryMap(parsing: Self.text.utf8)

  @Test("Every line that is one becomes a region, and the rest is left out")
  func lines() throws {
    #expect(map.regions.count == 8)
    let code = map.regions[1]
    #expect(code.start == 0x5555_5555_6000 && code.end == 0x5555_5580_0000 && code.offset == 0x2000)
    #expect(code.isReadable && code.isExecutable && !code.isWritable && !code.isShared)
    #expect(code.file?.path == "/usr/bin/python3.13")
    #expect(map.regions[3].file == nil && map.regions[3].label == "[heap]")
    #expect(map.regions[6].file == nil && map.regions[6].label.isEmpty)
    #expect(map.regions[7].isExecutable && !map.regions[7].isReadable)
  }

  @Test("A removed file keeps its path, without the kernel's remark and escapes")
  func deleted() {
    #expect(map.regions[4].file?.path == "/memfd:my data")
    #expect(map.regions[4].isShared)
    #expect(map.regions[5].file?.path == "/a\nb/lib x.so")
    #expect(map.regions[5].file?.isDeleted == true)
    #expect(map.regions[5].file?.device == "103:02")
  }

  @Test("Regions of one file are put together by device and inode, not by name")
  func files() {
    #expect(map.files.map(\.regions.count) == [3, 1, 1])
    #expect(map.files.first?.isExecutable == true)
    #expect(map.files.last?.isExecutable == false)
  }

  @Test(
    "An address is found in the region that holds it",
    arguments: [
      (0x5555_5555_4000 as UInt64, true), (0x5555_5555_3fff, false), (0x5555_559f_ffff, true),
      (0x5555_55a0_0000, false), (0, false), (.max, false), (0xffff_ffff_ff60_0fff, true),
    ])
  func addresses(_ address: UInt64, _ isThere: Bool) {
    #expect((map.region(containing: address) != nil) == isThere)
  }
}
