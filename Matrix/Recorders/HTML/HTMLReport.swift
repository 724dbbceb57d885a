import Mustache

/// A report as one HTML page.
public enum HTMLReport {
  /// The page. The run as JSON, without steps and output, travels inside.
  public static func text(_ report: Report) throws -> String {
    let page = HTMLPage(report)
    let document = try EncodedReport(report, isBrief: true).map(JSONText.line) ?? "{}"
    let context: [String: Any] = [
      "page": page,
      "documentOpening": HTMLText.documentOpening,
      "document": HTMLText.escapedDocument(document),
    ]
    return try library.get().render(context, withTemplate: "page") ?? ""
  }

  /// The embedded templates. Each starts with the content type below, as a partial does not take
  /// over that of the template around it.
  private static let library = Result {
    MustacheContentTypes.register(PageContent(), named: PageContent.name)
    var library = MustacheLibrary()
    for file in EmbeddedFiles.templates {
      let name = file.path.split(separator: ".").first.map(String.init) ?? file.path
      try library.register("{{% CONTENT_TYPE: \(PageContent.name)}}\n" + file.text, named: name)
    }
    return library
  }

  /// Escapes scalar by scalar; the library's own HTML type leaves a quote that a combining mark
  /// follows as it is.
  private struct PageContent: MustacheContentType {
    static let name = "MATRIX_PAGE"

    func escapeText(_ text: String) -> String { HTMLText.escaped(text) }
  }
}
