import CPython
public import Harness
public import Interpreters

/// Everything that a run will do: each scenario on each column.
public struct Plan: Sendable {
  /// One cell before it runs.
  public struct Cell: Sendable {
    public var id: CellID
    public var column: Column
    public var scenario: Scenario
  }

  public var columns: [Column]
  public var scenarios: [Scenario]

  public init(columns: [Column], scenarios: [Scenario]) {
    self.columns = columns
    self.scenarios = scenarios
  }

  /// - Parameters:
  ///   - globs: which scenarios; all of them when there are none.
  ///   - configurations: each interpreter gets a column for each of them,
  ///   - isWanted: for which this is true.
  public init(
    _ resolution: Resolution, scenarios: [Scenario], matching globs: [Glob],
    configurations: [CellConfiguration] = [CellConfiguration()],
    where isWanted: (CellConfiguration, Interpreter) -> Bool = { _, _ in true }
  ) {
    let labels = uniqueLabels(resolution.interpreters)
    let present = zip(labels, resolution.interpreters).flatMap { label, interpreter in
      configurations.filter { isWanted($0, interpreter) }.map { configuration in
        Column(
          label: label + configuration.suffix, runtime: .interpreter(interpreter),
          configuration: configuration)
      }
    }
    let missing = resolution.missing.map {
      Column(label: $0.name, runtime: .missing(hint: "\($0.reason); \($0.hint)"))
    }
    columns = (missing + present).enumerated().sorted { left, right in
      (Self.series(left.element), left.offset) < (Self.series(right.element), right.offset)
    }.map(\.element)
    self.scenarios = scenarios.filter { scenario in
      globs.isEmpty || globs.contains { $0.matches(scenario.name) }
    }
  }

  /// Where a column belongs: missing ones stand between those that are there. Paths come last.
  private static func series(_ column: Column) -> PythonSeries {
    if let interpreter = column.interpreter { return interpreter.version.series }
    let numbers = column.label.split { !$0.isNumber }.compactMap { Int($0) }
    guard column.label.first?.isNumber == true, numbers.count > 1 else {
      return PythonSeries(.max, .max)
    }
    return PythonSeries(numbers[0], numbers[1])
  }

  /// Row by row, so that every interpreter has something to show early.
  public var cells: [Cell] {
    scenarios.flatMap { scenario in
      columns.map { column in
        Cell(
          id: CellID(column: column.label, scenario: scenario.name), column: column,
          scenario: scenario)
      }
    }
  }

  public var rows: [RunStart.Row] {
    scenarios.map { scenario in
      RunStart.Row(
        name: scenario.name, title: scenario.title,
        notes: scenario.links
          + scenario.differences.map { "Python \($0.range): \($0.reason)" })
    }
  }
}
