import Domain
import Foundation

@testable import Transport

/// What the schema and the specification say of messages, so that tests miss none.
enum ProtocolDocument {
    struct Message: Sendable {
        let name: String
        let templateID: UInt16
    }

    /// Every message of `Protocol/assent.xml`.
    static let messages: [Message] = lines("assent.xml").compactMap { line in
        guard let match = line.firstMatch(of: #/<sbe:message name="(\w+)" id="(\d+)"/#), let id = UInt16(match.2)
        else { return nil }
        return Message(name: String(match.1), templateID: id)
    }

    /// The session's own, which the transport answers or sends itself.
    static let sessionNames: Set = ["Hello", "Ping", "Pong", "Health", "GoAway", "Authenticate", "Reject"]

    /// Those that are asked of the daemon itself.
    static let requests = messages.filter { !$0.name.hasSuffix("Reply") && !sessionNames.contains($0.name) }

    /// The scopes of which each one permits a message, by its name, as the table in `Protocol/README.md` has it.
    static let scopes: [String: Scopes] = {
        var scopes: [String: Scopes] = [:]
        let rows = lines("README.md").drop { $0 != "### Who may ask what" }.drop { !$0.hasPrefix("| scope ") }
        for row in rows.dropFirst(2).prefix(while: { $0.hasPrefix("|") }) {
            let cells = row.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
            guard cells.count >= 2, let scope = Scopes(cells[0].replacing("`", with: "")) else { continue }
            for name in cells[1].split(separator: ", ") { scopes[String(name), default: []].formUnion(scope) }
        }
        return scopes
    }()

    private static func lines(_ name: String) -> [Substring] {
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("Protocol/\(name)")
        // A file that cannot be read gives nothing, which a test of the number notices.
        return ((try? String(contentsOf: file, encoding: .utf8)) ?? "").split(separator: "\n")
    }
}
