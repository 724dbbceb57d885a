/// One thing that decides whether attaching works, and what to do about it.
public struct Finding: Hashable, Sendable {
  public enum Verdict: String, Hashable, Sendable {
    /// As it should be.
    case good
    /// Attaching does not work because of this.
    case bad
    /// It may matter.
    case note
  }

  public var subject: String
  public var verdict: Verdict
  public var text: String
  /// What to do; nil where there is nothing to do.
  public var next: String?

  init(_ subject: String, _ verdict: Verdict, _ text: String, next: String? = nil) {
    self.subject = subject
    self.verdict = verdict
    self.text = text
    self.next = next
  }
}

/// Why attaching works or does not, on this machine and to one process.
public struct Doctor: Hashable, Sendable {
  public var findings: [Finding]
  /// What an attach would end with before it touches the process; nil when it could begin.
  public var obstacle: AttachOutcome?

  public init(findings: [Finding], obstacle: AttachOutcome? = nil) {
    self.findings = findings
    self.obstacle = obstacle
  }
}

extension Doctor: CustomStringConvertible {
  public var description: String {
    let width = findings.map(\.subject.count).max() ?? 0
    return findings.map { finding in
      let mark =
        switch finding.verdict {
        case .good: "ok  "
        case .bad: "BAD "
        case .note: "note"
        }
      let padding = String(repeating: " ", count: width - finding.subject.count)
      let line = "\(mark)  \(finding.subject)\(padding)  \(finding.text)"
      return finding.next.map { "\(line)\n        -> \($0)" } ?? line
    }.joined(separator: "\n")
  }
}
