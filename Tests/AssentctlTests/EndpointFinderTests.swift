import Client
import Foundation
import Platform
import Testing

@testable import assentctl

@Suite struct EndpointFinderTests {
    private static let endpoint = Endpoint.unix(path: "/s")

    @Test func aSocketFoundHereMustBeATrustedUsers() throws {
        let path = "/tmp/assent-finder-\(UUID().uuidString.prefix(8))"
        let listener = try UnixListenerSocket.listen(path: path, mode: 0o600, backlog: 4).socket
        defer { listener.remove() }
        // From the root upwards it stays the root: a path that is relative whatever the current directory is.
        let relative = "./" + String(repeating: "../", count: 12) + path.dropFirst()
        let failure = try #require(throws: CommandFailure.self) {
            _ = try EndpointFinder.connect(
                nil,
                candidates: [relative],
                options: ClientOptions(connection: ConnectionOptions(timeoutMilliseconds: 100)),
                trustedUsers: []
            )
        }
        #expect(failure.status == .notPermitted)
        #expect(failure.message.contains("user id \(CurrentProcess.user)"))
        #expect(failure.message.contains(relative))
        #expect(failure.hints.joined().contains("--connect unix:\(relative)"))
    }

    @Test func aSocketThatMayNotBeUsedIsNotNoDaemon() {
        let failure = CommandFailure(ClientError.denied(Self.endpoint, reason: "Permission denied"))
        #expect(failure.status == .notPermitted && failure.status.rawValue == 77)
        #expect(failure.message.contains("there may be a daemon"))
        #expect(failure.hints.joined().contains("--admin-user"))
    }
}
