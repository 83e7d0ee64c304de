import Foundation
import Glibc
import Logging
import Platform
import Testing
import Transport
import Wire

@testable import assentd

/// The daemon's side of the service manager.
@Suite struct SupervisionTests {
    private static let repository = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    @Test func theCatalogExplainsEveryMessageAndNoOther() throws {
        let catalog = try String(
            contentsOf: Self.repository.appending(path: "systemd/assent.catalog"),
            encoding: .utf8
        )
        let entries = catalog.components(separatedBy: "\n-- ").dropFirst()
        let ids = entries.map { String($0.prefix { $0 != "\n" }) }
        #expect(ids == MessageID.allCases.map(\.rawValue))
        #expect(Set(ids).count == ids.count)
        for id in ids { #expect(id.wholeMatch(of: /[0-9a-f]{32}/) != nil) }
        let sources = try FileManager.default.contentsOfDirectory(
            at: Self.repository.appending(path: "Sources/assentd"),
            includingPropertiesForKeys: nil
        ).map { try String(contentsOf: $0, encoding: .utf8) }.joined()
        for kind in MessageID.allCases { #expect(sources.contains(".\(kind),"), "\(kind) is never logged") }
        // A field that an explanation shows is one that the event has.
        for match in catalog.matches(of: /@ASSENT_([A-Z_]+)@/) {
            #expect(sources.contains("\"\(match.1.lowercased())\""), "no event has \(match.1)")
        }
    }

    @Test func anEventIsAnEntryOfFields() {
        let entry = JournalEntry(
            LogEvent(
                level: .warning,
                message: "torn",
                metadata: nil,
                source: "test",
                file: "assentd/File.swift",
                function: "run()",
                line: 7
            ),
            id: "abc",
            metadata: ["in_flight": "3", "cause": "a b"]
        )
        let texts = entry.fields.map { "\($0.name)=\($0.value)" }
        #expect(
            texts == [
                "MESSAGE=torn cause=\"a b\" in_flight=3", "PRIORITY=4", "SYSLOG_IDENTIFIER=assentd", "MESSAGE_ID=abc",
                "CODE_FILE=assentd/File.swift", "CODE_LINE=7", "CODE_FUNC=run()", "ASSENT_CAUSE=a b",
                "ASSENT_IN_FLIGHT=3",
            ]
        )
    }

    @Test func aReloadTellsWhatTakesEffectAndWhatWaits() throws {
        func configuration(_ text: String) throws -> Configuration {
            try Configuration(try ConfigurationFile.parse(text, path: "test"))
        }
        let first = try configuration("credit = 5\nlog-level = \"info\"")
        let second = try configuration("credit = 6\nlog-level = \"debug\"")
        let reload = Reload(from: first, to: second, startedWith: first)
        #expect(reload.changed == [.logLevel] && reload.deferred == [.credit])
        // What waits goes on waiting, what took effect did.
        let again = Reload(from: second, to: second, startedWith: first)
        #expect(again.changed == [] && again.deferred == [.credit])
        let back = Reload(from: second, to: first, startedWith: first)
        #expect(back.changed == [.logLevel] && back.deferred == [])
    }

    /// A certificate can be replaced; that TLS is not spoken any more is for the next start.
    @Test func whatTLSIsSpokenWithIsReplacedAndNotTakenAway() throws {
        func configuration(_ text: String) throws -> Configuration {
            try Configuration(try ConfigurationFile.parse(text, path: "test"))
        }
        let first = try configuration("tls-certificate = \"a\"\ntls-key = \"b\"\n")
        let second = try configuration("tls-certificate = \"c\"\ntls-key = \"b\"\n")
        let replaced = Reload(from: first, to: second, startedWith: first)
        #expect(replaced.changed == [.tlsCertificate] && replaced.deferred == [])
        let removed = Reload(from: first, to: try configuration(""), startedWith: first)
        #expect(removed.changed == [] && removed.deferred == [.tlsCertificate, .tlsKey])
    }

    @Test(arguments: [(nil, 5_000), (30_000_000, 5_000), (12_000_000, 3_000), (2_000_000, 1_000), (1_000_000, 500)])
    func theHeartIsFastEnoughForTheWatchdog(microseconds: UInt64?, milliseconds: Int64) {
        #expect(Heartbeat.pauseMilliseconds(watchdogMicroseconds: microseconds) == milliseconds)
    }

    @Test func passedSocketsMustBeWhatTheirNamesSay() throws {
        let path = "/tmp/assent-activation-\(UUID().uuidString.prefix(8))"
        let bound = try UnixListenerSocket.listen(path: path, mode: 0o600, backlog: 1)
        defer {
            close(bound.descriptor)
            bound.socket.remove()
        }
        func activation(_ name: String) throws(SocketActivation.Failure) -> SocketActivation {
            try SocketActivation([PassedSockets.Passed(name: name, descriptor: bound.descriptor)])
        }
        #expect(try activation("gateway-unix").listeners.map(\.role) == [.gateway])
        #expect(try activation("admin").listeners.map(\.passedDescriptor) == [bound.descriptor])
        #expect(try activation("assent-connections").carriers == [bound.descriptor])
        #expect(throws: SocketActivation.Failure.unknownName("gateway")) { try activation("gateway") }
        let wrong = try #require(throws: SocketActivation.Failure.self) { try activation("gateway-tcp") }
        #expect(wrong.description.contains("must be a listening TCP socket"))
    }

    /// With listeners that somebody else opened, the daemon opens none that nobody asked for.
    @Test func defaultsForListenersDoNotCountBesidePassedOnes() throws {
        let passed = [
            ServerConfiguration.Listener(endpoint: .unix(path: "/x"), role: .gateway, passedDescriptor: 3)
        ]
        #expect(try Configuration(SettingValues(), passed: passed).server.listeners == passed)
        #expect(try Configuration(SettingValues()).server.listeners.count == 3)
        let values = try ConfigurationFile.parse("listen = \"unix:/y\"", path: "test")
        #expect(try Configuration(values, passed: passed).server.listeners.count == 2)
    }
}
