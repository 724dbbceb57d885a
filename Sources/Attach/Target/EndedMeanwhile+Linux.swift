#if os(Linux)
  import TargetProcess

  extension AttachOutcome {
    /// The same, unless the process has ended by now: then that is the reason.
    ///
    /// A process that is killed loses its memory, its root and its files one after the other, and
    /// each step of an attach sees that as something else.
    ///
    /// - Parameter startTime: as it was at the beginning; nil if nobody looked.
    func unlessEnded(_ process: LiveProcess, startTime: UInt64?) -> AttachOutcome {
      switch self {
      case .attached, .gone: self
      case .busy, .refused, .unsupported:
        startTime.map(process.hasEnded(since:)) ?? false ? .gone(.endedMeanwhile) : self
      }
    }
  }
#endif
