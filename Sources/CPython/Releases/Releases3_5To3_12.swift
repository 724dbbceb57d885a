extension FeatureRelease {
  // No table of debug offsets and no remote debugging: what these releases have in their runtime is
  // told by symbols (`_PyRuntime` since 3.7) and by the section `.PyRuntime` (since 3.10).
  static let python35 = FeatureRelease(PythonSeries(3, 5))
  static let python36 = FeatureRelease(PythonSeries(3, 6))
  static let python37 = FeatureRelease(PythonSeries(3, 7))
  static let python38 = FeatureRelease(PythonSeries(3, 8))
  static let python39 = FeatureRelease(PythonSeries(3, 9), packagedBuilds: [[]])
  static let python310 = FeatureRelease(PythonSeries(3, 10))
  static let python311 = FeatureRelease(PythonSeries(3, 11), packagedBuilds: [[]])
  static let python312 = FeatureRelease(PythonSeries(3, 12))
}
