/// A name for the column of each interpreter, in their order, as short as tells them apart.
///
/// `3.12` where there is one build of that name; `3.11 static` and `3.11 shared` where there are
/// both; then the full version, the source and at last the path, for those that need it only.
public func uniqueLabels(_ interpreters: [Interpreter]) -> [String] {
  let forms: [(Interpreter) -> String] = [
    { $0.name },
    { $0.label },
    { "\($0.version)\($0.variant) \($0.linkageName)" },
    { "\($0.version)\($0.variant) \($0.linkageName) \($0.source.rawValue)" },
    { "\($0.version)\($0.variant) \($0.linkageName) \($0.realPath)" },
  ]
  var labels = interpreters.map(forms[0])
  for form in forms.dropFirst() {
    let counts = Dictionary(labels.map { ($0, 1) }, uniquingKeysWith: +)
    for index in interpreters.indices where counts[labels[index], default: 0] > 1 {
      labels[index] = form(interpreters[index])
    }
  }
  return labels
}

extension Interpreter {
  /// `shared` or `static`.
  var linkageName: String { isShared ? "shared" : "static" }
}
