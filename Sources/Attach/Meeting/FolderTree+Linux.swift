#if os(Linux)
  import Glibc
  import SystemPackage
  import TargetProcess

  /// Folders with files in them, made and removed below an open folder without ever following a
  /// symbolic link.
  enum FolderTree {
    /// Makes a folder with files in it, by relative path, for that user alone.
    static func write(
      _ files: [String: String], as name: String, in parent: FileDescriptor,
      owner: (user: UInt32, group: UInt32)
    ) throws(Errno) {
      let folder = try make(name, in: parent, owner: owner)
      defer { close(folder.rawValue) }
      var below: [String: [String: String]] = [:]
      for (path, text) in files {
        let parts = path.split(separator: "/", maxSplits: 1).map(String.init)
        if parts.count == 2 {
          below[parts[0], default: [:]][parts[1]] = text
        } else {
          try write(text, to: path, in: folder, owner: owner)
        }
      }
      for (name, files) in below { try write(files, as: name, in: folder, owner: owner) }
    }

    /// Removes a folder and everything in it, or a file; nothing if there is none.
    static func remove(_ name: String, in parent: FileDescriptor) {
      if unlinkat(parent.rawValue, name, 0) == 0 || errno != EISDIR { return }
      let folder = openat(
        parent.rawValue, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
      guard folder >= 0 else { return }
      for entry in names(in: folder) { remove(entry, in: FileDescriptor(rawValue: folder)) }
      close(folder)
      unlinkat(parent.rawValue, name, AT_REMOVEDIR)
    }

    private static func names(in folder: Int32) -> [String] {
      let copy = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
      guard copy >= 0 else { return [] }
      guard let listing = fdopendir(copy) else {
        close(copy)
        return []
      }
      defer { closedir(listing) }
      var names: [String] = []
      while let name = FolderEntry.next(in: listing) {
        if name != ".", name != ".." { names.append(name) }
      }
      return names
    }

    private static func make(
      _ name: String, in parent: FileDescriptor, owner: (user: UInt32, group: UInt32)
    ) throws(Errno) -> FileDescriptor {
      guard mkdirat(parent.rawValue, name, 0o700) == 0 else { throw Errno(rawValue: errno) }
      let folder = openat(
        parent.rawValue, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
      guard folder >= 0 else { throw Errno(rawValue: errno) }
      do throws(Errno) {
        try give(folder, to: owner)
      } catch {
        close(folder)
        throw error
      }
      return FileDescriptor(rawValue: folder)
    }

    private static func write(
      _ text: String, to name: String, in folder: FileDescriptor,
      owner: (user: UInt32, group: UInt32)
    ) throws(Errno) {
      let flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC
      let descriptor = openat(folder.rawValue, name, flags, 0o600)
      guard descriptor >= 0 else { throw Errno(rawValue: errno) }
      defer { close(descriptor) }
      do {
        _ = try FileDescriptor(rawValue: descriptor).writeAll(text.utf8)
      } catch {
        throw error as? Errno ?? .ioError
      }
      try give(descriptor, to: owner)
    }

    private static func give(
      _ descriptor: Int32, to owner: (user: UInt32, group: UInt32)
    ) throws(Errno) {
      guard owner.user != geteuid() else { return }
      guard fchown(descriptor, owner.user, owner.group) == 0 else {
        throw Errno(rawValue: errno)
      }
    }
  }
#endif
