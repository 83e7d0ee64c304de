import Testing

@testable import assentctl

@Suite struct ListPrinterTests {
    private let shape = ListPrinter.Shape(
        name: "things",
        columns: [Column("NAME"), Column("SIZE", .right)],
        fieldNames: ["name", "size"],
        emptyText: "no things"
    )

    private func printed(_ format: OutputFormat, names: [String], next: UInt64?) throws -> (
        data: String, remarks: String
    ) {
        let capture = Capture()
        var printer = try ListPrinter(shape, output: capture.output(format))
        for name in names {
            try printer.add(
                [Field("name", name), Field("size", Int64(name.count))],
                cells: [Cell(name), Cell("\(name.count)")]
            )
        }
        try printer.end(next: next, option: "--after")
        return (capture.data, capture.remarks)
    }

    @Test func tableIsAlignedAndNamesTheNextPage() throws {
        let (data, remarks) = try printed(.table, names: ["a", "four"], next: 9)
        #expect(data == "NAME  SIZE\na        1\nfour     4\n")
        #expect(remarks == "more: repeat with --after 9, or with --all\n")
    }

    @Test func jsonHoldsRecordsAndCursor() throws {
        let (data, remarks) = try printed(.json, names: ["a", "b"], next: 9)
        #expect(
            data == """
                {
                  "things": [
                    {
                      "name": "a",
                      "size": 1
                    },
                    {
                      "name": "b",
                      "size": 1
                    }
                  ],
                  "next": 9
                }

                """
        )
        #expect(remarks.isEmpty)
    }

    @Test func jsonLinesAreOneObjectEach() throws {
        let (data, remarks) = try printed(.jsonl, names: ["a", "b"], next: nil)
        #expect(data == "{\"name\":\"a\",\"size\":1}\n{\"name\":\"b\",\"size\":1}\n")
        #expect(remarks.isEmpty)
    }

    @Test func csvHasAHeader() throws {
        let (data, remarks) = try printed(.csv, names: ["a,b"], next: 4)
        #expect(data == "name,size\n\"a,b\",3\n")
        #expect(remarks == "more: repeat with --after 4, or with --all\n")
    }

    @Test func emptyListsAreStillWellFormed() throws {
        #expect(try printed(.json, names: [], next: nil).data == "{\n  \"things\": [],\n  \"next\": null\n}\n")
        #expect(try printed(.csv, names: [], next: nil).data == "name,size\n")
        #expect(try printed(.jsonl, names: [], next: nil).data == "")
        let (data, remarks) = try printed(.table, names: [], next: nil)
        #expect(data == "")
        #expect(remarks == "no things\n")
    }
}
