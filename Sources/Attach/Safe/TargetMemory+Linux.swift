#if os(Linux)
  public import TargetProcess

  extension ProcessMemory: TargetMemory {}
#endif
