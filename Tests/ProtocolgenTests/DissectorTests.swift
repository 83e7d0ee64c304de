import Foundation
import Testing

@testable import protocolgen

/// The dissector in the real tshark, on conversations made from the vectors. Without tshark these tests fail.
@Suite struct DissectorTests {
    private let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    private var dissector: URL { root.appendingPathComponent("Protocol/assent.lua") }

    private func vectors(_ name: String) throws -> [[String: Any]] {
        let data = try Data(contentsOf: root.appendingPathComponent("Protocol/vectors/\(name).json"))
        let file = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        return try #require(file["vectors"] as? [[String: Any]])
    }

    private func bytes(_ vector: [String: Any]) -> [UInt8] {
        let digits = (vector["frame"] as? String ?? "").compactMap(\.hexDigitValue)
        return stride(from: 0, to: digits.count - 1, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
    }

    private func isFromServer(_ message: String) -> Bool {
        message.hasSuffix("Reply") || ["Pong", "GoAway", "Reject"].contains(message)
    }

    /// The message's own items of each frame, in order: the name and value of everything after the header.
    private func messages(_ packets: [[Tshark.Item]]) -> [[String]] {
        var messages: [[String]] = []
        for item in packets.joined() {
            if item.name == "assent.length" { messages.append([]) }
            guard item.name.hasPrefix("assent."), item.name.split(separator: ".").count > 2, !messages.isEmpty else {
                continue
            }
            let isNull = item.showName.hasSuffix("(null)") || item.showName.hasSuffix("(none)")
            let show = isNull ? (item.name.hasSuffix("expiry") ? "0" : "null") : item.show
            messages[messages.count - 1].append("\(item.name)=\(show)")
        }
        return messages
    }

    @Test(arguments: [[1_400], [1, 3, 7, 20, 31, 33, 100, 1_400], [65_000]])
    func aConversationCutAnywhereShowsTheFieldsOfTheVectors(_ segmentSizes: [Int]) throws {
        let schema = try Generator(root: root).schema
        let vectors = try vectors("valid")
        var capture = Capture()
        let turns = vectors.map { (isFromServer($0["message"] as? String ?? ""), bytes($0)) }
        capture.addConversation(turns.map { (fromServer: $0.0, bytes: $0.1) }, segmentSizes: segmentSizes)
        let packets = try Tshark.dissect(capture, dissector: dissector)
        let shown = messages(packets)
        // Each direction is a stream of its own, but the vectors take turns, so frames come in their order.
        #expect(shown.count == vectors.count)
        for (vector, shown) in zip(vectors, shown) {
            let message = try #require(schema.messages.first { $0.name == vector["message"] as? String })
            let fields = vector["fields"] as? [String: Any] ?? [:]
            let version = try #require(vector["version"] as? Int)
            let expected = ExpectedItems(message, fields: fields, version: version).items
            let differences = zip(shown, expected.map(normalized)).filter { $0 != $1 }
            #expect(shown.count == expected.count && differences.isEmpty, "\(vector["name"] ?? ""): \(differences)")
        }
        let complaints = packets.joined().filter { $0.name.hasPrefix("assent.error") || $0.name.contains("malformed") }
        #expect(complaints.map(\.showName) == [])
        #expect(packets.joined().filter { $0.name == "assent.checksum_good" && $0.show != "1" }.isEmpty)
    }

    @Test func everyBrokenRuleThatABytesShowIsNamed() throws {
        let vectors = try vectors("invalid")
        var capture = Capture()
        for (index, vector) in vectors.enumerated() {
            var sender = Capture.Side(address: 0x7F00_0001, port: UInt16(20_000 + index), sequence: 1)
            let receiver = Capture.Side(address: 0x7F00_0002, port: Tshark.port, sequence: 1)
            capture.addPacket(from: &sender, to: receiver, payload: bytes(vector))
        }
        let packets = try Tshark.dissect(capture, dissector: dissector)
        #expect(packets.count == vectors.count)
        for (vector, packet) in zip(vectors, packets) {
            let code = try #require(vector["code"] as? Int)
            // These two break a rule of the session's state and of direction, which a capture does not show.
            let isTooLongBeforeHello = code == 102 && vector["frameBytesMax"] as? Int == 4_096
            let needsContext = isTooLongBeforeHello || (code == 106 && bytes(vector)[7] == 0)
            let found = packet.contains { $0.name == "assent.error.\(code)" }
            #expect(found != needsContext, "\(vector["name"] ?? "")")
        }
    }

    @Test func aStreamIsFoundByItsMagicAndAnswersAreLinkedToTheirRequests() throws {
        let vectors = try vectors("valid")
        func frame(_ message: String) throws -> [UInt8] {
            bytes(try #require(vectors.first { $0["message"] as? String == message }))
        }
        var capture = Capture()
        let turns = [
            (fromServer: false, bytes: try frame("Ping") + frame("Authorize")),
            (fromServer: true, bytes: try frame("AuthorizeReply")),
        ]
        capture.addConversation(turns, segmentSizes: [1_400])
        let packets = try Tshark.dissect(capture, dissector: dissector, decodeAs: false)
        let answer = try #require(packets.last)
        #expect(answer.first { $0.name == "assent.answer_to" }?.show == "4")
        #expect(answer.first { $0.name == "assent.answer_time" }?.show == "0.000100000")
        let request = packets[3]
        #expect(request.contains { $0.name == "assent.Authorize.amount" && $0.show == "1250" })
    }

    /// In an attribute of XML, line feeds and tabs read as spaces (Extensible Markup Language 1.0, section 3.3.3).
    private func normalized(_ text: String) -> String {
        text.replacingOccurrences(of: "\n", with: " ").replacingOccurrences(of: "\t", with: " ")
    }
}
