import Glibc
import SystemPackage

extension FilePath {
  /// Without symbolic links; itself when it leads nowhere.
  var resolvingLinks: FilePath {
    guard let resolved = withPlatformString({ realpath($0, nil) }) else { return self }
    defer { free(resolved) }
    return FilePath(platformString: resolved)
  }
}
