import LoadScenario
import Testing

struct CSVReaderTests {
    private func records(_ text: String, pieces: Int = .max) throws -> [[String]] {
        var reader = CSVReader()
        var found: [[String]] = []
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            try reader.take(bytes.prefix(pieces)) { fields, _ in found.append(fields) }
            bytes = bytes.dropFirst(pieces)
        }
        try reader.finish { fields, _ in found.append(fields) }
        return found
    }

    @Test(arguments: [
        ("a,b,c\n1,2,3\n", [["a", "b", "c"], ["1", "2", "3"]]),
        ("a,b\r\n1,\r\n", [["a", "b"], ["1", ""]]),
        ("\"x, y\",\"say \"\"hi\"\"\"\n", [["x, y", "say \"hi\""]]),
        ("\"two\nlines\",2\n", [["two\nlines", "2"]]),
        ("\"quoted\"\r\n", [["quoted"]]),
        ("last,line", [["last", "line"]]),
        ("a\n\n\nb\n", [["a"], ["b"]]),
        (",\n", [["", ""]]),
    ])
    func recordsAreReadWhateverThePieces(text: String, expected: [[String]]) throws {
        for pieces in [1, 2, 3, 1_000] { #expect(try records(text, pieces: pieces) == expected) }
    }

    @Test func aQuoteInAPlainFieldIsRefused() {
        #expect(throws: CSVReader.Failure.misplacedQuote(line: 2)) { _ = try records("a\nb\"c\n") }
        #expect(throws: CSVReader.Failure.misplacedQuote(line: 1)) { _ = try records("\"a\"b\n") }
    }

    @Test func anUnclosedQuoteIsRefusedWithTheLineThatOpenedIt() {
        #expect(throws: CSVReader.Failure.unclosedQuote(line: 2)) { _ = try records("a\n\"b\nc\n") }
    }

    @Test func aFieldHasALimit() {
        let text = String(repeating: "x", count: CSVReader.fieldByteCountMax + 1)
        #expect(throws: CSVReader.Failure.fieldTooLong(line: 1)) { _ = try records(text) }
    }
}
