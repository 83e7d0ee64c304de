import Testing

@testable import Rules

/// What a refused condition is told: the place, what is wrong, what would be right.
@Suite struct RuleErrorTests {
    struct Case: CustomTestStringConvertible {
        let source: String
        let kind: RuleError.Kind
        /// The text that the caret stands under.
        let marked: String
        let message: String
        let advice: String
        var testDescription: String { source }

        init(_ source: String, _ kind: RuleError.Kind, _ marked: String, _ message: String, _ advice: String = "") {
            self.source = source
            self.kind = kind
            self.marked = marked
            self.message = message
            self.advice = advice
        }
    }

    static let cases: [Case] = [
        Case("merchant.catgory == 5411", .unknownName, "merchant.catgory", "no attribute", "'merchant.category'"),
        Case("category == 5411", .unknownName, "category", "no attribute", "'merchant.category'"),
        Case("amount > 5000", .type, "amount > 5000", "money > int has no meaning", "5000.00 for major units"),
        Case("amount > '5'", .type, "amount > '5'", "money > string", "without quotes"),
        Case("merchant.country == DE", .unknownName, "DE", "no attribute 'DE'"),
        Case("presence == 'presant'", .range, "'presant'", "presence is never 'presant'", "did you mean 'present'?"),
        Case("presence in ['present', 'absent']", .range, "['present', 'absent']", "is never 'absent'"),
        Case("merchant.name.matches('A.*')", .unsupported, "matches", "regular expressions", "contains"),
        Case("1.5e3 > 2.0", .unsupported, "1.5e3", "doubles", "12.50"),
        Case("{'a': 1}", .unsupported, "{", "maps"),
        Case("null == null", .unsupported, "null", "null values", "has("),
        Case("timestamp('2020-01-01T00:00:00Z') > 1", .unsupported, "timestamp", "timestamps", "time.hour"),
        Case("duration('1s') > 1", .unsupported, "duration", "durations"),
        Case("[1, 2].filter(x, x > 1)", .unsupported, "filter", "filtered lists", "exists"),
        Case("type(1) == int", .unsupported, "type", "type values"),
        Case("dyn(1) == 1u", .unsupported, "dyn", "dynamic types"),
        Case("[[1]] == [[1]]", .unsupported, "[1]", "lists of lists"),
        Case("merchant.name + 'x' == 'y'", .unsupported, "merchant.name + 'x'", "joined texts", "startsWith"),
        Case("string(1) == '1'", .unsupported, "1", "conversions to string"),
        Case("merchant.name.contain('x')", .unknownName, "contain", "no 'contain'", "'contains'"),
        Case("contains('x', 'y')", .unknownName, "contains", "called on a value", "value.contains"),
        Case("siez('x') > 1", .unknownName, "siez", "no function 'siez'", "'size'"),
        Case("1 + 1u == 2", .type, "1 + 1u", "int + uint", "int(...)"),
        Case("1 == 1u", .type, "1 == 1u", "int == uint", "int(...)"),
        Case("'a' == 1", .type, "'a' == 1", "string == int"),
        Case("!1", .type, "1", "! needs bool, and this is int", "> 0"),
        Case("-true", .type, "true", "- needs int or money", "!"),
        Case("true && 1", .type, "1", "&& needs bool"),
        Case("true ? 1 : 'a'", .type, "'a'", "int and string"),
        Case("[1, 'a'].exists(x, true)", .type, "'a'", "begins with int"),
        Case("1 in 2", .type, "2", "'in' needs a list"),
        Case("'a' in [1]", .type, "'a' in [1]", "string in list of int"),
        Case("amount in [1, 2]", .type, "amount in [1, 2]", "money in list of int", "12.00"),
        Case("[1].exists(1, true)", .syntax, "exists", "takes a variable", "exists(x, …)"),
        Case("has(amount)", .syntax, "has(amount)", "the name of one attribute"),
        Case("has(card.limt)", .unknownName, "card.limt", "no attribute", "card.limit"),
        Case("[1, 2].exists(x, x.y > 1)", .type, "y", "int has no field 'y'"),
        Case("size(1) > 1", .type, "1", "size needs string, bytes or a list"),
        Case("9223372036854775808 > 1", .range, "9223372036854775808", "beyond 64 bits", "9223372036854775807"),
        Case("1 > 18446744073709551616u", .range, "18446744073709551616u", "beyond 64 bits"),
        Case("amount > 0.00001", .range, "0.00001", "at most four decimals"),
        Case("amount > 100000000000.01", .range, "100000000000.01", "too large"),
        Case("'\\ud800' == ''", .range, "\\ud800", "no Unicode character"),
        Case("'\\q' == ''", .syntax, "\\q", "escape", "\\n"),
        Case("'abc == 1", .syntax, "'abc == 1", "does not end", "'"),
        Case("a = 1", .syntax, "=", "no meaning", "=="),
        Case("true & false", .syntax, "&", "no meaning", "&&"),
        Case("12abc > 1", .syntax, "12abc", "not a number"),
        Case("(1 + 2", .syntax, "", "ends here", ")"),
        Case("1 +", .syntax, "", "ends here", "a value belongs here"),
        Case("1 2", .syntax, "2", "does not fit", "operator"),
        Case("", .syntax, "", "ends here"),
        Case("if == 1", .syntax, "if", "reserved"),
        Case("a.true", .syntax, "true", "does not fit", "a name belongs"),
        Case("true ? 1", .syntax, "", "ends here", "a ? b : c"),
        Case("[1, 2", .syntax, "", "ends here", "]"),
        Case("amount{}", .unsupported, "{", "messages"),
        Case("\u{1}", .syntax, "\u{1}", "byte 1"),
        Case("é == 1", .syntax, "é", "'é' has no meaning"),
    ]

    @Test(arguments: cases)
    func aRefusalPointsAtThePlaceAndSaysWhatWouldBeRight(test: Case) throws {
        let error = try #require(refusal(test.source))
        #expect(error.kind == test.kind, "\(error.render(source: test.source))")
        let bytes = Array(test.source.utf8)[error.span.start..<error.span.end]
        #expect(String(decoding: bytes, as: UTF8.self) == test.marked, "\(error.render(source: test.source))")
        #expect(error.message.contains(test.message), "\(error.message)")
        #expect(error.advice.contains(test.advice), "\(error.advice)")
        #expect((error.kind == .unsupported) == !error.feature.isEmpty)
    }

    private func refusal(_ source: String) -> RuleError? {
        do {
            _ = try Program(source, schema: .payments())
            return nil
        } catch { return error }
    }

    @Test func theErrorIsShownUnderItsLine() throws {
        let source = "amount > 1.00 &&\n\tmerchant.city == \"Zürich\" && merchant.catgory == 7"
        let error = try #require(refusal(source))
        #expect(error.place(in: source) == (2, 31))
        #expect(
            error.render(source: source) == """
                line 2, column 31: there is no attribute 'merchant.catgory'
                  \tmerchant.city == "Zürich" && merchant.catgory == 7
                  \t                             ^~~~~~~~~~~~~~~~
                  did you mean 'merchant.category'?
                """
        )
    }

    @Test func eachLimitIsReached() throws {
        func limit(_ source: String) -> String? {
            refusal(source).flatMap { $0.kind == .limit ? $0.message : nil }
        }
        func nested(_ count: Int) -> String {
            String(repeating: "(", count: count) + "1" + String(repeating: ")", count: count) + " == 1"
        }
        #expect(refusal(nested(RulesLimits.nestingMax - 1)) == nil)
        #expect(limit(nested(RulesLimits.nestingMax))?.contains("nested") == true)
        #expect(limit(nested(100_000))?.contains("bytes") == true)
        func sum(_ count: Int) -> String { Array(repeating: "1", count: count).joined(separator: "+") + " > 0" }
        #expect(refusal(sum(RulesLimits.treeDepthMax - 1)) == nil)
        #expect(limit(sum(RulesLimits.treeDepthMax))?.contains("operations deep") == true)
        let list = "[\((0..<60).map(String.init).joined(separator: ", "))]"
        #expect(limit("\(list).exists(x, \(list).exists(y, \(list).exists(z, x == y)))")?.contains("unrolled") == true)
        #expect(
            limit("\(list).exists(x, \(list).exists(y, [1, 2].exists(z, x + y == z)))")?.contains("unrolled") == true
        )
        let short = "[\((0..<30).map(String.init).joined(separator: ", "))]"
        #expect(limit("\(short).exists(x, \(short).exists(y, x + y == network))")?.contains("costs") == true)
        #expect(
            limit("card.limit in [\(Array(repeating: "amount", count: 300).joined(separator: ","))]")?.contains(
                "values at once"
            ) == true
        )
        let space = String(repeating: " ", count: RulesLimits.sourceByteCountMax - 4)
        #expect(refusal("true" + space) == nil)
        #expect(limit("true " + space)?.contains("bytes") == true)
    }

    @Test func everyConditionHasACostThatGrowsWithIt() throws {
        func cost(_ source: String) throws -> Int { try Program(source, schema: .payments()).cost }
        #expect(try cost("amount > 1.00") < cost("amount > 1.00 && amount < 2.00"))
        #expect(try cost("[1, 2].exists(x, x == network)") < cost("[1, 2, 3].exists(x, x == network)"))
        #expect(try cost("merchant.city < 'a'") <= cost("merchant.city.contains(merchant.country)"))
    }
}
