public import Harness

/// Carries out a plan and tells what happens as a stream of events.
public struct Run: Sendable {
  public var plan: Plan
  /// How many cells run at the same time.
  public var jobs: Int
  /// Whether the first unexpected verdict ends the run.
  public var failsFast: Bool

  public init(_ plan: Plan, jobs: Int, failsFast: Bool = false) {
    self.plan = plan
    self.jobs = max(1, jobs)
    self.failsFast = failsFast
  }

  /// Runs the cells. Cancelling the task ends the cells that run and then the stream, in order.
  ///
  /// - Parameters:
  ///   - start: the first event.
  ///   - runner: what runs a cell.
  ///   - emit: called for one event at a time, in order.
  public func execute(
    start: RunStart, runner: CellRunner, emit: (Event) -> Void
  ) async -> RunEnd.Reason {
    let began = ContinuousClock.now
    emit(.runStarted(start))
    let reason = await runCells(runner, emit)
    emit(.runFinished(RunEnd(reason: reason, duration: ContinuousClock.now - began)))
    return reason
  }

  /// Nil stands for a cell that was cancelled.
  private typealias Finished = (id: CellID, outcome: CellOutcome?)

  private func runCells(_ runner: CellRunner, _ emit: (Event) -> Void) async -> RunEnd.Reason {
    await withTaskGroup(of: Finished.self) { group in
      var waiting = plan.cells[...]
      var running = 0
      var hasFailed = false

      func startNext() {
        guard let cell = waiting.popFirst() else { return }
        emit(.cellStarted(cell.id))
        running += 1
        group.addTask { (cell.id, await Self.outcome(of: cell, runner)) }
      }

      for _ in 0..<jobs { startNext() }
      while running > 0, let (id, outcome) = await group.next() {
        running -= 1
        if let outcome {
          emit(.cellFinished(id, outcome))
          hasFailed = hasFailed || !Report.isExpected(id, outcome)
        }
        if hasFailed && failsFast || Task.isCancelled {
          waiting = []
          group.cancelAll()
        }
        startNext()
      }
      if Task.isCancelled { return .interrupted }
      return hasFailed && failsFast ? .failedFast : .completed
    }
  }

  private static func outcome(of cell: Plan.Cell, _ runner: CellRunner) async -> CellOutcome? {
    switch cell.column.runtime {
    case .missing(let hint): CellOutcome(verdict: .unavailable, reason: hint)
    case .interpreter(let interpreter):
      try? await runner.run(
        cell.scenario, on: interpreter, configuration: cell.column.configuration)
    }
  }
}
