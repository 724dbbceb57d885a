#if os(Linux)
  import SystemPackage

  extension TracedThread {
    /// Writes where the process itself may not write, such as code, through `/proc/PID/mem` and,
    /// where the system has closed that, word by word.
    ///
    /// - Throws: ``TraceError`` when a byte could not be written; a beginning may have been.
    public func writeProtected(_ bytes: [UInt8], at address: UInt64) throws(TraceError) {
      if writeThroughFile(bytes, at: address) { return }
      var padded = bytes
      padded += [UInt8](repeating: 0, count: -bytes.count & 7)
      for offset in stride(from: 0, to: padded.count, by: 8) {
        let word = padded.withUnsafeBytes {
          $0.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
        }
        try poke(word, at: address + UInt64(offset))
      }
    }

    private func writeThroughFile(_ bytes: [UInt8], at address: UInt64) -> Bool {
      guard let offset = Int64(exactly: address),
        let file = try? FileDescriptor.open("/proc/\(id)/mem", .writeOnly)
      else { return false }
      defer { try? file.close() }
      return bytes.withUnsafeBytes { bytes in
        (try? file.write(toAbsoluteOffset: offset, bytes)) == bytes.count
      }
    }
  }
#endif
