import Testing

@testable import assentctl

@Suite struct CSVWriterTests {
    @Test func cellsAreQuotedOnlyWhereNeeded() {
        #expect(
            CSVWriter.line(["a", "b,c", "say \"x\"", "two\nlines", "", " edge "])
                == "a,\"b,c\",\"say \"\"x\"\"\",\"two\nlines\",,\" edge \""
        )
    }

    @Test func carriageReturnsAreQuotedToo() {
        #expect(CSVWriter.line(["a\r\nb", "c\rd"]) == "\"a\r\nb\",\"c\rd\"")
    }

    @Test func nullIsEmptyAndNestedValuesAreJSON() {
        let fields = [
            Field("a", JSONValue.null), Field("b", 7 as UInt64), Field("c", .array([.string("x")])), Field("d", false),
        ]
        #expect(CSVWriter.header(fields) == "a,b,c,d")
        #expect(CSVWriter.row(fields) == ",7,\"[\"\"x\"\"]\",false")
    }
}
