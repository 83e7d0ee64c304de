import Testing

@testable import assentctl

@Suite struct JSONValueTests {
    private let record = JSONValue.object([
        Field("id", 18_446_744_073_709_551_615 as UInt64), Field("amount", "1250.00"),
        Field("amountMinor", Int64(-125_000)),
        Field("flagged", true), Field("none", JSONValue.null), Field("list", .array([.integer(1), .string("a")])),
        Field("empty", .array([])), Field("object", .object([])),
    ])

    @Test func compactFormIsOneLineInTheOrderWritten() {
        #expect(
            record.compact
                == #"{"id":18446744073709551615,"amount":"1250.00","amountMinor":-125000,"flagged":true,"none":null,"#
                + #""list":[1,"a"],"empty":[],"object":{}}"#
        )
    }

    @Test func prettyFormIndentsByTwo() {
        #expect(
            record.pretty == """
                {
                  "id": 18446744073709551615,
                  "amount": "1250.00",
                  "amountMinor": -125000,
                  "flagged": true,
                  "none": null,
                  "list": [
                    1,
                    "a"
                  ],
                  "empty": [],
                  "object": {}
                }
                """
        )
    }

    @Test(arguments: [
        ("plain", #""plain""#), ("say \"hi\" \\ bye", #""say \"hi\" \\ bye""#), ("a\nb\tc\r", #""a\nb\tc\r""#),
        ("\u{1B}[31m\u{0}\u{7F}\u{9B}", #""\u001b[31m\u0000\u007f\u009b""#), ("Café 東京 🧾", #""Café 東京 🧾""#),
        ("\u{202E}gnp", #""\u202egnp""#),
    ])
    func stringsAreQuotedAndCannotSteerATerminal(text: String, quoted: String) {
        #expect(JSONValue.string(text).compact == quoted)
    }

    @Test func extremesOfIntegersAreExact() {
        #expect(JSONValue.integer(.min).compact == "-9223372036854775808")
        #expect(JSONValue.unsigned(.max).compact == "18446744073709551615")
    }
}
