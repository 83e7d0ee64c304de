import Foundation
import Testing

/// The real daemon against the specification: by the independent Python client, and in the eyes of the dissector.
///
/// Without `python3` and `tshark` these tests fail.
@Suite(.timeLimit(.minutes(20))) struct SpecificationTests {
    private let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    @Test func itKeepsTheSpecificationAndTheDissectorReadsTheConversation() throws {
        let directory = try TestDirectory()
        let daemon = try AssentdRun(small: directory.path).ready()
        let capture = directory.path + "/conversation.pcap"
        let conformance = try run(
            [
                root.appendingPathComponent("Protocol/conformance/assent-conformance").path,
                "server", "unix:\(directory.path)/a.sock", "--capture", capture,
            ],
            in: directory
        )
        #expect(conformance.status == 0, "\(conformance.output)\(conformance.errors)")
        let lastLine = conformance.output.split(separator: "\n").last ?? ""
        #expect(lastLine.hasSuffix(" passed, 0 failed"), "\(lastLine)")
        #expect((Int(lastLine.prefix { $0.isNumber }) ?? 0) >= 200)
        #expect(daemon.stop() == 0)

        let shown = try run(
            [
                "tshark", "-n", "-r", capture, "-X", "lua_script:\(root.path)/Protocol/assent.lua", "-T", "fields",
                "-e", "assent.template", "-e", "assent.checksum_good", "-e", "_ws.expert.message", "-e", "_ws.lua.text",
            ],
            in: directory
        )
        #expect(shown.status == 0, "\(shown.errors)")
        var templates: [Substring: Int] = [:]
        var checksums: Set<Substring> = []
        for line in shown.output.split(separator: "\n") {
            let columns = line.split(separator: "\t", omittingEmptySubsequences: false)
            for template in columns[0].split(separator: ",") { templates[template, default: 0] += 1 }
            if columns.count > 1 { checksums.formUnion(columns[1].split(separator: ",")) }
            // tshark remarks on how connections begin; the dissector's remarks carry the code of a Reject.
            #expect(!line.contains(/\([1-5]\d\d \w+\)/) && !line.lowercased().contains("lua error"), "\(line)")
        }
        #expect(checksums == ["1"])
        // 150 payments, each sent twice, two whose lives go on, three about a rule, and three that are refused.
        #expect(templates["0x0100"] == 310)
        #expect(templates["0x0110"] == 307)
        // And as many more as there were questions that the projection was not ready for.
        #expect(templates["0x09ff", default: 0] >= 14)
        #expect(templates["0x0800"] == templates["0x0810"])
    }

    private func run(
        _ arguments: [String],
        in directory: TestDirectory
    ) throws -> (status: Int32, output: String, errors: String) {
        let name = "\(directory.path)/\(UUID().uuidString)"
        let files = [".out", ".err"].map { URL(fileURLWithPath: name + $0) }
        for file in files { try Data().write(to: file) }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = arguments
        process.standardOutput = try FileHandle(forWritingTo: files[0])
        process.standardError = try FileHandle(forWritingTo: files[1])
        try process.run()
        process.waitUntilExit()
        let texts = try files.map { try String(contentsOf: $0, encoding: .utf8) }
        return (process.terminationStatus, texts[0], texts[1])
    }
}
