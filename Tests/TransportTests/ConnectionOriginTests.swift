import Client
import Cryptography
import NIOCore
import Platform
import TestCertificates
import Testing

@testable import Transport

/// Where connections and handshakes are counted.
@Suite struct ConnectionOriginTests {
    private func origin(_ address: String, _ port: Int = 1) throws -> ConnectionOrigin {
        try #require(ConnectionOrigin(SocketAddress(ipAddress: address, port: port)))
    }

    @Test(arguments: [
        ("192.0.2.1", "192.0.2.1", true), ("192.0.2.1", "192.0.2.2", false), ("::ffff:192.0.2.1", "192.0.2.1", true),
        ("::ffff:192.0.2.1", "::ffff:192.0.2.2", false), ("2001:db8:0:1::1", "2001:db8:0:1:ffff::9", true),
        ("2001:db8:0:1::1", "2001:db8:0:2::1", false), ("::1", "127.0.0.1", false),
        ("127.0.0.1", "127.200.3.4", true), ("::ffff:127.1.1.1", "127.0.0.1", true),
    ])
    func anAddressOfIPv4OrANetworkOfIPv6IsOnePlace(one: String, other: String, isSame: Bool) throws {
        #expect(try (origin(one) == origin(other, 2)) == isSame)
    }

    @Test func whatHasNoAddressIsNotCounted() throws {
        #expect(ConnectionOrigin(nil) == nil)
        #expect(ConnectionOrigin(try SocketAddress(unixDomainSocketPath: "/tmp/a")) == nil)
    }

    @Test(arguments: [
        ("192.0.2.1", "192.0.2.1"), ("127.9.9.9", "127.0.0.1"), ("::ffff:192.0.2.1", "192.0.2.1"), ("::1", "::1"),
        ("2001:db8:0:1::7", "2001:db8:0:1::/64"), ("fe80::1", "fe80:0:0:0::/64"),
    ])
    func itIsWrittenAsWhatIsCounted(address: String, text: String) throws {
        #expect(try "\(origin(address))" == text)
    }

    @Test func eachPlaceHasRoomOfItsOwnAndLeavesNothingBehind() throws {
        let origins = HeldCounts<ConnectionOrigin>()
        let (one, other) = (try origin("192.0.2.1"), try origin("192.0.2.2"))
        #expect(origins.take(for: one, max: 2))
        #expect(origins.take(for: one, max: 2))
        #expect(!origins.take(for: one, max: 2))
        #expect(origins.take(for: other, max: 2))
        origins.giveBack(of: one)
        #expect(origins.take(for: one, max: 2))
        for _ in 0..<2 { origins.giveBack(of: one) }
        origins.giveBack(of: other)
        #expect(origins.holderCount == 0)
    }

    @Test func handshakesOfOneAddressBeyondItsLimitAreClosedAndTheAddressIsNamed() throws {
        let certificates = try TestCertificates.shared.get()
        var limits = TransportLimits()
        limits.handshakesPerAddressMax = 2
        let identity = certificates.server
        let tls = TLSServerOptions(certificates: identity.certificate, privateKey: identity.key)
        let server = try TestServer(limits: limits, tls: TLSServerContext(tls))
        var waiting = [try TestClient(server.sealed), try TestClient(server.sealed)]
        while server.server.measures.handshakes.underWayCount < 2 { Pause.yield() }
        #expect(try TestClient(server.sealed).receive() == nil)
        #expect(server.server.measures.handshakes.count(of: .tooManyFromAddress) == 1)
        #expect(server.server.measures.handshakes.count(of: .tooMany) == 0)
        let event = server.events.wait { if case .handshakesFromAddress = $0 { true } else { false } }
        #expect(event == .handshakesFromAddress(address: "127.0.0.1", limit: 2))
        waiting = []
        while server.server.measures.handshakes.underWayCount > 0 { Pause.yield() }
        // Connections that are open do not count.
        var authorities = TLSClientContext.Options()
        authorities.authorities = certificates.authority
        var options = ConnectionOptions(timeoutMilliseconds: 60_000)
        options.tls = try TLSClientContext(authorities)
        var first = try Connection(to: server.sealed, options: options)
        var second = try Connection(to: server.sealed, options: options)
        var third = try Connection(to: server.sealed, options: options)
        _ = try first.ping()
        _ = try second.ping()
        _ = try third.ping()
        #expect(waiting.isEmpty)
    }
}
