import CPython
import DebugSession
import Testing

@testable import Harness

@Suite("Comparing children with details")
struct ListingTests {
  private let version = PythonVersion(3, 12, 1)

  private func child(_ name: String, _ repr: String, isExpandable: Bool = false) -> Child {
    Child(
      name: name, expression: name,
      value: Value(repr: repr, hex: nil, type: "int", length: 0, isExpandable: isExpandable))
  }

  private func listing(_ entries: [Listing.Entry], count: Int? = nil) -> Listing {
    Listing(
      count: count,
      details: entries.map {
        Listing.Detail(
          location: SourceLocation(file: "", line: 1, column: 1), text: "\($0)", entry: $0)
      })
  }

  private func item(_ name: String, _ value: Listing.Item.Value? = nil) -> Listing.Entry {
    .item(Listing.Item(name: name, value: value))
  }

  @Test("without '...' the list is complete and in order")
  func completeAndInOrder() {
    let children = [child("a", "1"), child("b", "2")]
    #expect(listing([item("a"), item("b")]).mismatch(with: children, on: version) == nil)
    #expect(listing([item("b"), item("a")]).mismatch(with: children, on: version) != nil)
    #expect(listing([item("a")]).mismatch(with: children, on: version) != nil)
    #expect(listing([]).mismatch(with: children, on: version) != nil)
  }

  @Test("'...' stands for any number of children, at any place")
  func anyNumber() {
    let children = ["a", "b", "a", "c"].map { child($0, "1") }
    #expect(
      listing([.anyNumber, item("a"), item("c")]).mismatch(with: children, on: version) == nil)
    #expect(
      listing([item("a"), .anyNumber, item("c")]).mismatch(with: children, on: version) == nil)
    #expect(listing([item("a"), .anyNumber]).mismatch(with: children, on: version) == nil)
    #expect(
      listing([.anyNumber, item("b"), .anyNumber, item("b")])
        .mismatch(with: children, on: version) != nil)
  }

  @Test("values are exact texts or patterns for all of the text")
  func values() {
    let children = [child("a", "12")]
    #expect(listing([item("a", .exact("12"))]).mismatch(with: children, on: version) == nil)
    #expect(listing([item("a", .exact("1"))]).mismatch(with: children, on: version) != nil)
    #expect(listing([item("a", .pattern("\\d+"))]).mismatch(with: children, on: version) == nil)
    #expect(listing([item("a", .pattern("\\d"))]).mismatch(with: children, on: version) != nil)
  }

  @Test("what must be absent may be nowhere, also where '...' stands")
  func absence() {
    let children = [child("a", "1"), child("b", "1")]
    #expect(listing([.anyNumber, .absent("c")]).mismatch(with: children, on: version) == nil)
    #expect(listing([.anyNumber, .absent("b")]).mismatch(with: children, on: version) != nil)
  }

  @Test("a number alone says nothing about the rest, a wrong number fails")
  func count() {
    let children = [child("a", "1"), child("b", "1")]
    #expect(listing([], count: 2).mismatch(with: children, on: version) == nil)
    #expect(listing([], count: 3).mismatch(with: children, on: version) != nil)
    #expect(listing([item("a")], count: 2).mismatch(with: children, on: version) != nil)
  }

  @Test("details for other versions do not count")
  func otherVersions() throws {
    var listing = listing([item("a"), item("b")])
    listing.details[1].only = try VersionRange(parsing: "<3.12")
    #expect(listing.mismatch(with: [child("a", "1")], on: version) == nil)
    #expect(listing.mismatch(with: [child("a", "1")], on: PythonVersion(3, 11)) != nil)
  }
}
