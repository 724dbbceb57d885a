import Matrix
import Testing

@Suite("Colour")
struct ColorChoiceTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var choice = ColorChoice.auto
    var environment: [String: String] = [:]
    var isTerminal = true
    var expected: Bool

    var testDescription: String {
      let variables = environment.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
      return "\(choice) \(variables) \(isTerminal ? "terminal" : "pipe")"
    }
  }

  @Test(
    "an explicit choice, then NO_COLOR, then the forcing variables, then the terminal decide",
    arguments: [
      Case(expected: true),
      Case(isTerminal: false, expected: false),
      Case(environment: ["TERM": "xterm-256color"], expected: true),
      Case(environment: ["TERM": "dumb"], expected: false),
      Case(environment: ["NO_COLOR": "1"], expected: false),
      Case(environment: ["NO_COLOR": ""], expected: true),
      Case(environment: ["NO_COLOR": "0"], expected: false),
      Case(environment: ["FORCE_COLOR": "1"], isTerminal: false, expected: true),
      Case(environment: ["FORCE_COLOR": ""], isTerminal: false, expected: false),
      Case(environment: ["FORCE_COLOR": "0"], isTerminal: false, expected: false),
      Case(environment: ["FORCE_COLOR": "3", "TERM": "dumb"], isTerminal: false, expected: true),
      Case(environment: ["CLICOLOR_FORCE": "1"], isTerminal: false, expected: true),
      Case(environment: ["CLICOLOR_FORCE": "0"], isTerminal: false, expected: false),
      Case(environment: ["NO_COLOR": "1", "FORCE_COLOR": "1"], expected: false),
      Case(choice: .always, environment: ["NO_COLOR": "1"], isTerminal: false, expected: true),
      Case(choice: .always, environment: ["TERM": "dumb"], expected: true),
      Case(choice: .never, environment: ["FORCE_COLOR": "1"], expected: false),
    ])
  func policy(_ row: Case) {
    let uses = row.choice.usesColor(environment: row.environment, isTerminal: row.isTerminal)
    #expect(uses == row.expected)
  }
}
