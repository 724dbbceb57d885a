import CPython
import Foundation
import Interpreters

/// The interpreters that have safe attach.
enum SafeInterpreters {
  static func all() async -> [Interpreter] {
    let found = await InterpreterFinder().find().interpreters
    let wanted = ProcessInfo.processInfo.environment["MATRIX_VERSIONS"]?.split(separator: ",")
    return found.filter { interpreter in
      interpreter.remoteDebugging == .supported && interpreter.version.minor >= 14
        && wanted?.contains { interpreter.name == $0 } ?? true
    }
  }
}
