import Glibc
import ObjectFile
import SystemPackage
import Testing

@testable import TargetProcess

struct ProcessMemoryTests {
  let ourselves = LiveProcess(pid: getpid())

  @Test("Memory is read and written at any place and of any length")
  func roundTrip() throws {
    let memory = UnsafeMutableRawPointer.allocate(byteCount: 10_000, alignment: 8)
    defer { memory.deallocate() }
    memory.initializeMemory(as: UInt8.self, repeating: 7, count: 10_000)
    let address = UInt64(UInt(bitPattern: memory))

    #expect(try ourselves.memory.read(at: address, count: 0).isEmpty)
    #expect(try ourselves.memory.read(at: address + 1, count: 9_999).allSatisfy { $0 == 7 })
    try ourselves.memory.write([1, 2, 3, 4, 5, 6, 7, 8], at: address + 8)
    #expect(
      try ourselves.memory.number(at: address + 8, as: UInt64.self) == 0x0807_0605_0403_0201)
    #expect(try ourselves.memory.number(at: address + 15, as: UInt16.self) == 0x0708)
  }

  @Test("No memory at an address is told as that", arguments: [0 as UInt64, 8, .max - 3, .max])
  func badAddress(_ address: UInt64) {
    let expected = ProcessAccessError.badAddress(
      pid: ourselves.pid, address: address, count: 8)
    #expect(throws: expected) { try ourselves.memory.read(at: address, count: 8) }
    #expect(throws: expected) {
      try ourselves.memory.write([1, 2, 3, 4, 5, 6, 7, 8], at: address)
    }
  }

  @Test("A read that would run out of its mapping fails as a whole")
  func partial() throws {
    let page = UInt64(sysconf(Int32(_SC_PAGESIZE)))
    let mapped = mmap(
      nil, Int(page) * 2, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
    let start = UInt64(UInt(bitPattern: mapped))
    munmap(UnsafeMutableRawPointer(bitPattern: UInt(start + page)), Int(page))
    defer { munmap(mapped, Int(page)) }
    #expect(try ourselves.memory.read(at: start + page - 4, count: 4) == [0, 0, 0, 0])
    #expect(
      throws: ProcessAccessError.badAddress(pid: getpid(), address: start + page - 4, count: 5)
    ) {
      try ourselves.memory.read(at: start + page - 4, count: 5)
    }
  }

  @Test("A process that is not there is gone, for its map and for its memory")
  func gone() {
    // Above the largest pid that Linux gives.
    let nobody = LiveProcess(pid: 4_194_305)
    #expect(throws: ProcessAccessError.gone(pid: nobody.pid)) { try nobody.memoryMap() }
    #expect(throws: ProcessAccessError.gone(pid: nobody.pid)) {
      try nobody.memory.read(at: 4096, count: 8)
    }
  }

  @Test("A refusal by the system names its number")
  func refusal() {
    let error = ProcessAccessError(pid: 5, errno: EPERM, what: "read its memory")
    #expect("\(error)" == "not permitted to read its memory (process 5, EPERM)")
    #expect(error.number == EPERM)
    #expect(ProcessAccessError(pid: 5, errno: EACCES, what: "x").number == EACCES)
  }

  @Test("A symbol of a mapped library, moved by the load bias, is where the loader has it")
  func loadBias() throws {
    let libc = try #require(
      try ourselves.memoryMap().files.first { $0.file.path.hasSuffix("/libc.so.6") })
    let image = ourselves.image(of: libc)
    #expect(image.way == .path)
    let file = try image.elf(mapped: libc)
    let symbol = try #require(try file.symbol(named: "getpid"))
    #expect(symbol.kind == .function && symbol.table == .dynamic && symbol.size > 0)
    let biases = file.loadBiases(libc.mappings)
    #expect(biases.count == 1)
    let address = try #require(biases.first) &+ symbol.value
    #expect(UInt(address) == UInt(bitPattern: dlsym(nil, "getpid")))
    #expect(try file.symbol(named: "no_such_symbol_anywhere") == nil)
  }

  @Test("The same symbol is found through nothing but the memory of the process")
  func throughMemory() throws {
    var libc = try #require(
      try ourselves.memoryMap().files.first { $0.file.path.hasSuffix("/libc.so.6") })
    let stored = try #require(
      try ourselves.image(of: libc).elf(mapped: libc).symbol(named: "getpid"))
    libc.file.isDeleted = true
    let image = MappedImage(MappedMemory(ourselves.memory, libc.regions), way: .memory)
    #expect(try image.elf(mapped: libc).symbol(named: "getpid") == stored)
  }

  @Test("A file that took the name of a mapped one is not taken for it")
  func replaced() throws {
    let path = "/tmp/matrix-replaced-\(getpid())"
    defer { unlink(path) }
    try write("first", to: path)
    let first = try OpenFile(.init(path))
    unlink(path)
    try write("second", to: path + ".new")
    rename(path + ".new", path)
    let file = MemoryRegion.File(device: "00:00", inode: first.inode, path: path)
    let mapped = MappedFile(file: file, regions: [])
    #expect(ourselves.image(of: mapped).way == .memory)
  }

  private func write(_ text: String, to path: String) throws {
    let descriptor = open(path, O_CREAT | O_WRONLY | O_EXCL, 0o600)
    try #require(descriptor >= 0)
    defer { close(descriptor) }
    _ = Glibc.write(descriptor, text, text.utf8.count)
  }

  @Test("A map that is read as far as it is needed says what the whole one says")
  func growingMap() throws {
    let whole = try ourselves.memoryMap()
    let growing = try LazyMemoryMap(of: ourselves)
    let libc = try #require(whole.files.first { $0.file.path.hasSuffix("/libc.so.6") })
    let place = try #require(libc.regions.last)
    let found = try #require(growing.region(containing: place.start))
    #expect(found.file == place.file && found.isWritable == place.isWritable)
    #expect(found.start == place.start && found.offset == place.offset)
    #expect(growing.known.regions.first?.start == whole.regions.first?.start)
    #expect(growing.region(containing: 1) == nil)
    let later = CachedMemoryMap(MemoryMap([]), of: ourselves)
    #expect(later.region(containing: place.start)?.file == place.file)
    let nobody = LiveProcess(pid: .max)
    #expect(throws: ProcessAccessError.gone(pid: .max)) { try LazyMemoryMap(of: nobody) }
  }

  @Test(
    "Ranges are read in their order, close ones and distant ones, and not where one is missing")
  func ranges() throws {
    let bytes = UnsafeMutableRawPointer.allocate(byteCount: 100_000, alignment: 4096)
    defer { bytes.deallocate() }
    for index in 0..<100_000 {
      bytes.storeBytes(of: UInt8(index % 251), toByteOffset: index, as: UInt8.self)
    }
    let start = UInt64(UInt(bitPattern: bytes))
    let wanted = [(50_000, 3), (50_010, 4), (50_011, 2), (10, 5), (99_000, 1000), (0, 0)]
    let ranges = wanted.map { MemoryRange(start + UInt64($0.0), $0.1) }
    var buffer = [UInt8](repeating: 0, count: wanted.map(\.1).reduce(0, +))
    try buffer.withUnsafeMutableBytes { try ourselves.memory.read(ranges, into: $0) }
    #expect(
      buffer
        == wanted.flatMap { place, count in (place..<(place + count)).map { UInt8($0 % 251) } })
    let missing = ranges + [MemoryRange(16, 8)]
    var more = [UInt8](repeating: 0, count: buffer.count + 8)
    #expect(throws: ProcessAccessError.badAddress(pid: getpid(), address: 16, count: 8)) {
      try more.withUnsafeMutableBytes { try ourselves.memory.read(missing, into: $0) }
    }
  }
}
