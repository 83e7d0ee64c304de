import Foundation
import Testing

@testable import protocolgen

@Suite struct GeneratorTests {
    private let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    @Test func whatIsCheckedInIsWhatTheSchemaMakes() throws {
        #expect(try Generator(root: root).differences(root: root) == [])
    }

    @Test func aChangedFileAStrayFileAndAMissingFileAreNoticedAndPutRight() throws {
        let copy = FileManager.default.temporaryDirectory.appendingPathComponent("protocolgen-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: copy) }
        for directory in ["Protocol", "Sources/Wire"] {
            let target = copy.appendingPathComponent(directory)
            try FileManager.default.createDirectory(
                at: target.deletingLastPathComponent(),
                withIntermediateDirectories: true
            )
            try FileManager.default.copyItem(
                at: root.appendingPathComponent(directory).resolvingSymlinksInPath(),
                to: target
            )
        }
        let generated = copy.appendingPathComponent("Sources/Wire/Generated")
        try "// changed".write(to: generated.appendingPathComponent("Ping.swift"), atomically: true, encoding: .utf8)
        try "// stray".write(to: generated.appendingPathComponent("Stray.swift"), atomically: true, encoding: .utf8)
        try FileManager.default.removeItem(at: generated.appendingPathComponent("Pong.swift"))
        let generator = try Generator(root: copy)
        #expect(
            try generator.differences(root: copy) == [
                "Sources/Wire/Generated/Ping.swift is not what the schema makes",
                "Sources/Wire/Generated/Pong.swift is missing",
                "Sources/Wire/Generated/Stray.swift is not made from the schema any more",
            ]
        )
        #expect(try generator.write(root: copy).count == 3)
        #expect(try generator.differences(root: copy) == [])
    }

    /// Each line breaks one rule of what the generator takes.
    @Test(arguments: [
        ("<type name=\"a\" primitiveType=\"int128\"/>", "int128 is not a primitive type"),
        ("<type name=\"a\" primitiveType=\"int8\"/><type name=\"a\" primitiveType=\"int8\"/>", "a is defined twice"),
        (
            "<enum name=\"a\" encodingType=\"uint8\" description=\"d\">"
                + "<validValue name=\"x\" description=\"d\">q</validValue></enum>",
            "a <validValue> with a number is needed here"
        ),
        ("<composite name=\"a\" description=\"d\"><ref name=\"b\" type=\"none\"/></composite>", "none is not a type"),
        ("<other name=\"a\"/>", "<other> is not known here"),
        (
            "<type name=\"n\" primitiveType=\"int8\"/><composite name=\"a\" description=\"d\">"
                + "<ref name=\"b\" type=\"n\" description=\"d\" sinceVersion=\"2\"/></composite>",
            "fields are appended to the root blocks of messages alone"
        ),
    ])
    func aSchemaThatTheGeneratorWouldMistakeIsRefused(_ types: String, _ problem: String) {
        let text =
            "<sbe:messageSchema id=\"1\" version=\"1\" byteOrder=\"littleEndian\">"
            + "<types>\(types)</types></sbe:messageSchema>"
        let error = #expect(throws: SchemaError.self) { try SchemaParser.parse(Data(text.utf8)) }
        #expect(error?.problem == problem)
    }

    /// Each appends a field as a later version may not.
    @Test(arguments: [
        (
            [("a", "n", "2"), ("b", "n", "1")],
            "fields are appended: sinceVersion may not fall, and is later than the message's"
        ),
        ([("a", "p", "2")], "a field that is appended must have a meaning for zero bytes"),
        ([("a", "o", "2")], "a field that is appended must have a meaning for zero bytes"),
    ])
    func aFieldThatAnEarlierVersionCouldNotReadAsZeroIsRefused(
        _ fields: [(name: String, type: String, since: String)],
        _ problem: String
    ) {
        let lines = fields.map { field in
            "<field name=\"\(field.name)\" id=\"1\" type=\"\(field.type)\" sinceVersion=\"\(field.since)\" "
                + "description=\"d\"/>"
        }
        let text =
            "<sbe:messageSchema id=\"1\" version=\"2\" byteOrder=\"littleEndian\"><types>"
            + "<type name=\"n\" primitiveType=\"uint8\"/>"
            + "<type name=\"p\" primitiveType=\"uint8\" minValue=\"1\" maxValue=\"9\"/>"
            + "<type name=\"o\" primitiveType=\"int64\" presence=\"optional\" nullValue=\"-9223372036854775808\"/>"
            + "</types><sbe:message name=\"M\" id=\"1\" description=\"d\">\(lines.joined())</sbe:message>"
            + "</sbe:messageSchema>"
        let error = #expect(throws: SchemaError.self) { try SchemaParser.parse(Data(text.utf8)) }
        #expect(error?.problem == problem)
    }

    @Test func everyLinkWithinTheSpecificationLeadsSomewhere() throws {
        let text = try String(contentsOf: root.appendingPathComponent("Protocol/README.md"), encoding: .utf8)
        let anchors = text.split(separator: "\n").filter { $0.hasPrefix("#") }.map { line in
            line.drop { $0 == "#" }.trimmingCharacters(in: .whitespaces).lowercased()
                .filter { $0.isLetter || $0.isNumber || $0 == " " || $0 == "-" }.replacingOccurrences(
                    of: " ",
                    with: "-"
                )
        }
        let links = text.matches(of: /\]\(#([^)]+)\)/).map { String($0.1) }
        #expect(links.count > 40)
        #expect(links.filter { !anchors.contains($0) } == [])
        let files = text.matches(of: /\]\(([a-z][^)#]*)\)/).map { String($0.1) }
        for file in files {
            let path = root.appendingPathComponent("Protocol/\(file)").path
            #expect(FileManager.default.fileExists(atPath: path), "\(file)")
        }
    }

    @Test(arguments: [
        ("<!-- generated: nothing -->\n<!-- end -->", "no part is called nothing"),
        ("<!-- generated: types -->\nold", "the last marker is not closed"),
        ("# No markers", "Authorize has no marker"),
    ])
    func aDocumentWithAWrongMarkerIsRefused(_ document: String, _ problem: String) throws {
        let generator = MarkdownGenerator(schema: try Generator(root: root).schema, examples: [])
        let error = #expect(throws: MarkdownError.self) { try generator.renewed(document) }
        #expect(error?.problem == problem)
    }

    @Test(arguments: [
        ("requestId", "requestID"), ("rememberedIds", "rememberedIDs"), ("requestIdReused", "requestIDReused"),
        ("QueryByRequestIdReply", "QueryByRequestIDReply"), ("durableLsn", "durableLSN"), ("Idle", "Idle"),
        ("cardIdle", "cardIdle"), ("lsn", "lsn"),
    ])
    func namesFollowSwiftsGuidelines(_ name: String, _ expected: String) {
        #expect(swiftName(name) == expected)
    }
}
