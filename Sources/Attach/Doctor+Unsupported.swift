#if !os(Linux)
  extension Doctor {
    /// Nothing is known of this system yet.
    public static func examine(pid: Int32?, limits: AttachLimits = .init()) -> Doctor {
      Doctor(
        findings: [
          Finding(
            "system", .bad, "attaching is supported on x86_64 Linux only",
            next: "start the program with matrix instead")
        ],
        obstacle: .unsupported(.platform))
    }
  }
#endif
