import Glibc
import SystemPackage

/// The few calls on Unix-domain stream sockets that the standard packages lack.
enum UnixSocket {
  /// A listening socket at `path`, which must not exist.
  static func listen(at path: FilePath) throws(SessionError) -> FileDescriptor {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let bytes = Array(path.string.utf8)
    guard bytes.count < MemoryLayout.size(ofValue: address.sun_path) else {
      throw .socket(
        operation: "bind to \(path)", errno: ENAMETOOLONG,
        message: "the path is longer than a socket's may be; set TMPDIR to a shorter one")
    }
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }

    let socket = try open()
    let size = socklen_t(MemoryLayout<sockaddr_un>.size)
    let bound = withUnsafePointer(to: address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(socket.rawValue, $0, size) }
    }
    guard bound == 0, Glibc.listen(socket.rawValue, 4) == 0 else {
      let error = failure("bind to \(path)")
      try? socket.close()
      throw error
    }
    return socket
  }

  /// Blocks until a peer connects, or until ``shutDown(_:)`` from another thread.
  static func accept(_ listener: FileDescriptor) throws(SessionError) -> FileDescriptor {
    while true {
      let descriptor = Glibc.accept(listener.rawValue, nil, nil)
      if descriptor >= 0 {
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        return FileDescriptor(rawValue: descriptor)
      }
      if errno == EINTR { continue }
      if errno == EINVAL { throw .closed }
      throw failure("accept")
    }
  }

  /// Ends calls that read, write or accept in other threads.
  static func shutDown(_ socket: FileDescriptor) {
    _ = shutdown(socket.rawValue, Int32(SHUT_RDWR))
  }

  /// Removes the socket's file, if it is there.
  static func remove(_ path: FilePath) {
    _ = path.withPlatformString { unlink($0) }
  }

  /// Writes all bytes. A peer that is gone is ``SessionError/closed``, not a signal.
  static func send(_ bytes: [UInt8], to socket: FileDescriptor) throws(SessionError) {
    var sent = 0
    while sent < bytes.count {
      let count = bytes.withUnsafeBytes { buffer in
        let rest = UnsafeRawBufferPointer(rebasing: buffer[sent...])
        return Glibc.send(socket.rawValue, rest.baseAddress, rest.count, Int32(MSG_NOSIGNAL))
      }
      if count >= 0 {
        sent += count
      } else if errno == EPIPE || errno == ECONNRESET {
        throw .closed
      } else if errno != EINTR {
        throw failure("send")
      }
    }
  }

  private static func failure(_ operation: String) -> SessionError {
    let error = Errno(rawValue: errno)
    return .socket(operation: operation, errno: error.rawValue, message: error.description)
  }

  private static func open() throws(SessionError) -> FileDescriptor {
    let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
    let descriptor = socket(AF_UNIX, kind, 0)
    guard descriptor >= 0 else { throw failure("socket") }
    return FileDescriptor(rawValue: descriptor)
  }
}
