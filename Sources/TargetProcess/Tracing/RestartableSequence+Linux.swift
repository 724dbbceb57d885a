#if os(Linux)
  extension TracedThread {
    /// Whether the stopped thread is inside a restartable sequence (rseq(2)), which nobody may leave
    /// for other code and come back to.
    ///
    /// - Parameter instruction: where the thread is.
    public func isInRestartableSequence(
      _ instruction: UInt64, memory: ProcessMemory
    ) throws(TraceError) -> Bool {
      guard let area = try restartableSequenceArea() else { return false }
      let sequenceOffset: UInt64 = 8
      guard let sequence = try? memory.number(at: area + sequenceOffset, as: UInt64.self),
        sequence != 0,
        // struct rseq_cs: version, flags, start_ip, post_commit_offset, abort_ip.
        let start = try? memory.number(at: sequence + 8, as: UInt64.self),
        let length = try? memory.number(at: sequence + 16, as: UInt64.self)
      else { return false }
      return instruction &- start < length
    }
  }
#endif
