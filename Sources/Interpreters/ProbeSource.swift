/// What an interpreter is asked to run about itself.
enum ProbeSource {
  /// Stands before the answer, so that what a `sitecustomize` or a wrapper prints does no harm.
  static let marker = "matrix-probe:"

  /// `-I` and `-S` keep the user's folders and packages out; both exist since 3.4.
  static let arguments = ["-I", "-S", "-c", text]

  /// Different for every text of the probe, so that answers to an older one are not used (FNV-1a).
  static let revision: String = {
    let hash = text.utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { hash, byte in
      (hash ^ UInt64(byte)) &* 0x100_0000_01b3
    }
    return String(hash, radix: 16)
  }()

  /// Runs on 3.5 and later. Writes JSON itself: importing `json` takes three times as long as all
  /// the rest.
  ///
  /// - The memory map tells whether the code came out of a library, which the build's own settings
  ///   do not: Debian's executables are static, yet configured as shared. Where there is no
  ///   `/proc`, the settings have to do.
  /// - `sys.is_remote_debug_enabled()` is false for a build without PEP 768, and for a process in
  ///   which it was switched off; `-I` ignores the variable that does so, and no option is given.
  static let text = #"""
    import os, sys

    def mapped():
        try:
            with open("/proc/self/maps", "rb") as maps:
                fields = [line.rstrip(b"\n").split(None, 5) for line in maps]
        except OSError:
            return None
        return sorted(set(os.fsdecode(f[5]) for f in fields if len(f) == 6 and f[5][:1] == b"/"))

    def configured():
        from sysconfig import get_config_var as get
        if get("PYTHONFRAMEWORK"):
            return True, os.path.join(sys.base_prefix, get("PYTHONFRAMEWORK"))
        if get("Py_ENABLE_SHARED"):
            return True, os.path.join(get("LIBDIR") or "", get("INSTSONAME") or "")
        return False, None

    def libc(files):
        names = [os.path.basename(name) for name in files or ()]
        if any(n.startswith(("ld-musl-", "libc.musl-")) for n in names):
            return "musl"
        if any(n.startswith(("libc.so.6", "libc-2.", "ld-linux", "ld-2.")) for n in names):
            return "gnu"
        triple = getattr(sys.implementation, "_multiarch", "")
        return "musl" if "musl" in triple else "gnu" if "gnu" in triple else "none"

    def main():
        files = mapped()
        if files is None:
            shared, library = configured()
        else:
            libraries = [f for f in files if os.path.basename(f).startswith("libpython3.")]
            shared, library = bool(libraries), libraries[0] if libraries else None
        flags = getattr(sys, "abiflags", "")
        executable = "/proc/self/exe" if os.path.exists("/proc/self/exe") else sys.executable
        answer = {
            "version": list(sys.version_info[:3]),
            "level": sys.version_info[3],
            "serial": sys.version_info[4],
            "implementation": sys.implementation.name,
            "pymalloc": "m" in flags,
            "free_threaded": "t" in flags,
            "debug": hasattr(sys, "gettotalrefcount"),
            "shared": shared,
            "library": library,
            "libc": libc(files),
            "machine": os.uname()[4].lower(),
            "system": os.uname()[0].lower(),
            "executable": os.path.realpath(executable),
            "prefix": sys.base_prefix,
            "remote_debug": getattr(sys, "is_remote_debug_enabled", bool)(),
        }
        os.write(1, ("\nMARKER" + encode(answer) + "\n").encode("utf-8", "surrogateescape"))

    def encode(value):
        if value is None or isinstance(value, (bool, int)):
            return "null" if value is None else str(value).lower()
        if isinstance(value, list):
            return "[" + ",".join(map(encode, value)) + "]"
        if isinstance(value, dict):
            return "{" + ",".join(encode(k) + ":" + encode(v) for k, v in value.items()) + "}"
        plain = (c if c >= " " and c not in '"\\' else "\\u%04x" % ord(c) for c in value)
        return '"' + "".join(plain) + '"'

    main()
    """#.replacingMarker
}

extension String {
  fileprivate var replacingMarker: String {
    split(separator: "MARKER", omittingEmptySubsequences: false).joined(
      separator: ProbeSource.marker)
  }
}
