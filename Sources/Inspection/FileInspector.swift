import CPython
import ObjectFile
public import SystemPackage
import TargetProcess

extension Inspection {
  /// Looks at a file; of an executable that loads its CPython, at the library that it loads.
  ///
  /// One inspection for each processor of a universal file.
  ///
  /// - Throws: ``InspectionError`` when it cannot be read or has no CPython.
  public static func file(_ path: FilePath) throws(InspectionError) -> [Inspection] {
    let images = try images(in: path)
    var found: [Inspection] = []
    for image in images {
      guard let runtime = try runtime(of: image, in: path) else { continue }
      found.append(Inspection(subject: .file(path), file: path.string, runtime: runtime))
    }
    if !found.isEmpty { return found }

    var missing: String?
    for case .elf(let file) in images.map(\.contents) {
      guard let library = LibraryReference(file, at: path) else { continue }
      missing = library.name
      for candidate in library.candidates where (try? OpenFile(candidate)) != nil {
        for image in try Self.images(in: candidate) {
          guard let runtime = try Self.runtime(of: image, in: candidate) else { continue }
          return [Inspection(subject: .file(path), file: candidate.string, runtime: runtime)]
        }
      }
    }
    throw .noRuntime(path, needs: missing)
  }

  private static func images(in path: FilePath) throws(InspectionError) -> [ObjectImage] {
    let source: OpenFile
    do {
      source = try OpenFile(path)
    } catch {
      throw .unreadableFile(path, error)
    }
    do {
      return try ObjectImage.all(in: source)
    } catch {
      throw .noObjectFile(path, error)
    }
  }

  private static func runtime(
    of image: ObjectImage, in path: FilePath
  ) throws(InspectionError) -> ImageRuntime? {
    do {
      return try ImageRuntime(image)
    } catch {
      throw .noObjectFile(path, error)
    }
  }
}

/// The library of CPython that an executable loads.
struct LibraryReference {
  let name: String
  /// Where the loader looks, in its order, as far as a file tells it.
  let candidates: [FilePath]

  /// Nil when it loads none.
  init?(_ file: ELFFile, at path: FilePath) {
    guard
      let name = try? file.neededLibraries().first(where: {
        ModuleName($0)?.kind == .linuxLibrary
      })
    else { return nil }
    self.name = name
    let origin = path.resolvingLinks.removingLastComponent()
    let own = ((try? file.libraryFolders()) ?? []).map { folder in
      FilePath(folder.replacing("$ORIGIN", with: origin.string))
    }
    let usual =
      [origin.appending("../lib"), origin] + ["/usr/lib", "/usr/lib64", "/usr/local/lib"]
      + ["/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu"]
    candidates = (own + usual).map { $0.appending(name).lexicallyNormalized() }
  }
}
