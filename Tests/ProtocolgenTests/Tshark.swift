import Foundation
import FoundationXML

/// Runs the real tshark (Debian package `tshark`) with the dissector of this repository.
enum Tshark {
    static let port: UInt16 = 9_701

    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    /// One dissected item: its filter name, its value, and how it is shown to people.
    struct Item {
        let name: String
        let show: String
        let showName: String
    }

    /// Dissects a capture: for each packet, what the dissector made of it, in order.
    ///
    /// - Throws: `Failure`, when tshark is not installed, fails, or has something to say about the script.
    static func dissect(_ capture: Capture, dissector: URL, decodeAs: Bool = true) throws -> [[Item]] {
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent("assent-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        let file = directory.appendingPathComponent("capture.pcap")
        try capture.data.write(to: file)
        var arguments = ["tshark", "-n", "-r", file.path, "-X", "lua_script:\(dissector.path)", "-T", "pdml"]
        if decodeAs { arguments += ["-d", "tcp.port==\(port),assent"] }
        return try PDML.packets(run(arguments, in: directory))
    }

    private static func run(_ arguments: [String], in directory: URL) throws -> Data {
        let output = directory.appendingPathComponent("output")
        let errors = directory.appendingPathComponent("errors")
        for url in [output, errors] { try Data().write(to: url) }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = arguments
        process.standardOutput = try FileHandle(forWritingTo: output)
        process.standardError = try FileHandle(forWritingTo: errors)
        try process.run()
        process.waitUntilExit()
        let complaints = try String(contentsOf: errors, encoding: .utf8).split(separator: "\n")
            .filter { !$0.contains("Running as user") }
        guard process.terminationStatus == 0, complaints.isEmpty else {
            throw Failure(description: "tshark exited \(process.terminationStatus): \(complaints)")
        }
        return try Data(contentsOf: output)
    }
}

/// Reads tshark's Packet Details Markup Language.
private final class PDML: NSObject, XMLParserDelegate {
    private var packets: [[Tshark.Item]] = []

    /// Packet by packet: the parser refuses documents beyond some megabytes.
    static func packets(_ data: Data) throws -> [[Tshark.Item]] {
        let reader = PDML()
        var rest = data[...]
        while let start = rest.range(of: Data("<packet>".utf8)) {
            guard let end = rest[start.lowerBound...].range(of: Data("</packet>".utf8)) else {
                throw Tshark.Failure(description: "PDML, packet \(reader.packets.count + 1) has no end")
            }
            let parser = XMLParser(data: Data(rest[start.lowerBound..<end.upperBound]))
            parser.delegate = reader
            guard parser.parse() else {
                throw Tshark.Failure(description: "PDML, packet \(reader.packets.count), line \(parser.lineNumber)")
            }
            rest = rest[end.upperBound...]
        }
        return reader.packets
    }

    func parser(
        _ parser: XMLParser,
        didStartElement elementName: String,
        namespaceURI: String?,
        qualifiedName: String?,
        attributes: [String: String]
    ) {
        if elementName == "packet" { packets.append([]) }
        guard elementName == "field" || elementName == "proto", let name = attributes["name"], !packets.isEmpty else {
            return
        }
        let item = Tshark.Item(
            name: name,
            show: attributes["show"] ?? "",
            showName: attributes["showname"] ?? ""
        )
        packets[packets.count - 1].append(item)
    }
}
