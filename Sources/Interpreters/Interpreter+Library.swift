import CPython
public import SystemPackage

extension Interpreter {
  /// The libpython of this version and build, for an application that embeds it: its own where it is
  /// shared, else one that was installed beside it. Nil if there is none.
  public var embeddableLibrary: FilePath? {
    if case .shared(let library) = linkage { return library }
    let name = "libpython\(version.series)\(abiFlags).so.1.0"
    return ["lib/\(architecture)-linux-gnu", "lib64", "lib"]
      .map { prefix.appending($0).appending(name) }
      .first { FileSystem.realPath($0) != nil }
  }
}
