import Foundation

/// Everything that is made from the schema.
struct Generator {
    let schema: Schema

    /// Reads the schema of the package at `root`.
    init(root: URL) throws {
        schema = try SchemaParser.parse(try Data(contentsOf: root.appendingPathComponent("Protocol/assent.xml")))
    }

    /// Every generated file with its whole text; what is written by hand in the specification and in C is kept.
    func files(root: URL) throws -> [GeneratedFile] {
        let readme = root.appendingPathComponent("Protocol/README.md")
        let markdown = MarkdownGenerator(
            schema: schema,
            examples: try Example.load(root.appendingPathComponent("Protocol/vectors/valid.json"))
        )
        let specification = GeneratedFile(
            path: "Protocol/README.md",
            text: try markdown.renewed(try String(contentsOf: readme, encoding: .utf8))
        )
        let c = CGenerator(schema: schema)
        let header = try String(contentsOf: root.appendingPathComponent(CGenerator.headerPath), encoding: .utf8)
        let source = try String(contentsOf: root.appendingPathComponent(CGenerator.sourcePath), encoding: .utf8)
        return SwiftGenerator(schema: schema).files + [
            LuaGenerator(schema: schema).file,
            GeneratedFile(path: CGenerator.headerPath, text: try c.renewed(header: header)),
            GeneratedFile(path: CGenerator.sourcePath, text: try c.renewed(source: source)),
            specification,
        ]
    }

    /// What differs between the files of the package and what they should be: a sentence each.
    func differences(root: URL) throws -> [String] {
        let files = try files(root: root)
        var differences: [String] = []
        for file in files {
            let url = root.appendingPathComponent(file.path)
            let present = try? String(contentsOf: url, encoding: .utf8)
            if present == nil { differences.append("\(file.path) is missing") }
            if let present, present != file.text { differences.append("\(file.path) is not what the schema makes") }
        }
        for name in try strayFiles(root: root, expected: files) {
            differences.append("\(name) is not made from the schema any more")
        }
        return differences
    }

    /// Writes what differs, removes what is no longer made, and returns the paths.
    func write(root: URL) throws -> [String] {
        var written: [String] = []
        let files = try files(root: root)
        for file in files {
            let url = root.appendingPathComponent(file.path)
            if let present = try? String(contentsOf: url, encoding: .utf8), present == file.text { continue }
            try FileManager.default.createDirectory(
                at: url.deletingLastPathComponent(),
                withIntermediateDirectories: true
            )
            try file.text.write(to: url, atomically: true, encoding: .utf8)
            written.append(file.path)
        }
        for path in try strayFiles(root: root, expected: files) {
            try FileManager.default.removeItem(at: root.appendingPathComponent(path))
            written.append(path)
        }
        return written
    }

    private func strayFiles(root: URL, expected: [GeneratedFile]) throws -> [String] {
        let directory = "Sources/Wire/Generated"
        let path = root.appendingPathComponent(directory).path
        guard FileManager.default.fileExists(atPath: path) else { return [] }
        let known = Set(expected.map(\.path))
        return try FileManager.default.contentsOfDirectory(atPath: path).sorted().map { "\(directory)/\($0)" }
            .filter { !known.contains($0) }
    }
}
