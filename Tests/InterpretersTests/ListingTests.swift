import CPython
import CustomDump
import Foundation
import Interpreters
import SystemPackage
import Testing

@Suite("Listings")
struct ListingTests {
  @Test("the JSON has uv's fields and ours, each of them always")
  func json() throws {
    var build = Interpreter.sample(13, 1, flags: [.freeThreaded, .debug], shared: true)
    build.path = "/usr/bin/python3.13td"
    build.realPath = "/opt/python3.13td"
    let json = try InterpreterListing([build]).json
    let read = try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any]
    #expect(read?["schema"] as? Int == 1)
    let object = try #require((read?["interpreters"] as? [[String: Any]])?.first)
    expectNoDifference(
      object.mapValues { "\($0)" }.filter { $0.key != "version_parts" },
      [
        "abi_flags": "td", "arch": "x86_64", "implementation": "cpython",
        "key": "cpython-3.13.1+freethreaded+debug-linux-x86_64-gnu", "label": "3.13td",
        "libc": "gnu", "library": "/opt/lib/libpython3.13.so.1.0", "linkage": "shared",
        "os": "linux", "path": "/usr/bin/python3.13td", "prefix": "/opt/13.1td-shared",
        "real_path": "/opt/python3.13td", "remote_debugging": "unsupported", "source": "pyenv",
        "symlink": "/opt/python3.13td", "url": "\(NSNull())", "variant": "freethreaded+debug",
        "version": "3.13.1",
      ])
    #expect(object["version_parts"] as? [String: Int] == ["major": 3, "minor": 13, "patch": 1])
  }

  @Test("a plain build has uv's plain key and variant")
  func plain() throws {
    let json = try InterpreterListing([.sample(14, 2)]).json
    #expect(json.contains(#""key" : "cpython-3.14.2-linux-x86_64-gnu""#))
    #expect(json.contains(#""variant" : "default""#))
    #expect(json.contains(#""symlink" : null"#))
    #expect(json.contains(#""remote_debugging" : "supported""#))
  }

  @Test("the JSON can be read back")
  func readBack() throws {
    let json = try InterpreterListing([.sample(9, 18), .sample(14, shared: true)]).json
    let read = try JSONDecoder().decode(EncodedListing.self, from: Data(json.utf8))
    #expect(read.interpreters.map(\.version) == ["3.9.18", "3.14.0"])
  }

  @Test("a workflow gets one job a name, on one line")
  func githubMatrix() throws {
    let listing = InterpreterListing([
      .sample(11), .sample(11, shared: true), .sample(13, flags: .freeThreaded),
    ])
    #expect(
      try listing.githubMatrix
        == #"{"include":[{"builds":2,"python":"3.11"},{"builds":1,"python":"3.13t"}]}"#)
  }

  @Test("the table's columns are aligned and nothing trails")
  func text() {
    expectNoDifference(
      InterpreterListing([.sample(9, 18), .sample(9, 2, shared: true), .sample(14)]).text,
      """
      LABEL       VERSION  FLAGS  LINKAGE  LIBC  ARCH    ATTACH  SOURCE  PATH
      3.9 static  3.9.18   -      static   gnu   x86_64  inject  pyenv   /opt/9.18-static/bin/python3.9
      3.9 shared  3.9.2    -      shared   gnu   x86_64  inject  pyenv   /opt/9.2-shared/bin/python3.9
      3.14        3.14.0   -      static   gnu   x86_64  safe    pyenv   /opt/14.0-static/bin/python3.14
      """)
  }
}
