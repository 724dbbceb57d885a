extension FeatureRelease {
  // No table of debug offsets and no remote debugging: what these releases have in their runtime is
  // told by symbols (`_PyRuntime` since 3.7) and by the section `.PyRuntime` (since 3.10).
  static let python3_5 = FeatureRelease(PythonSeries(3, 5))
  static let python3_6 = FeatureRelease(PythonSeries(3, 6))
  static let python3_7 = FeatureRelease(PythonSeries(3, 7))
  static let python3_8 = FeatureRelease(PythonSeries(3, 8))
  static let python3_9 = FeatureRelease(PythonSeries(3, 9), packagedBuilds: [[]])
  static let python3_10 = FeatureRelease(PythonSeries(3, 10))
  static let python3_11 = FeatureRelease(PythonSeries(3, 11), packagedBuilds: [[]])
  static let python3_12 = FeatureRelease(PythonSeries(3, 12))
}
