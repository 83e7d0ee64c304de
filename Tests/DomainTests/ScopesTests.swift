import Domain
import Testing

@Suite struct ScopesTests {
    static let texts: [(String, Scopes)] = [
        ("authorize", .authorize), ("gateway", .gateway), ("inquiry, reports", [.inquiry, .reports]),
        ("all", .all), ("admin", .administration), ("none", []),
    ]

    @Test(arguments: texts)
    func namesAreRead(text: String, scopes: Scopes) {
        #expect(Scopes(text) == scopes)
        #expect(Scopes(scopes.description) == scopes)
    }

    @Test(arguments: ["", "Authorize", "authorize,", "authorize;cards", "none,cards"])
    func anythingElseIsNot(text: String) { #expect(Scopes(text) == nil) }
}
