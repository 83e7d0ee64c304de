import NIOCore
import Testing

@testable import Transport

/// Where handshakes are counted.
@Suite struct HandshakeOriginTests {
    private func origin(_ address: String, _ port: Int = 1) throws -> HandshakeOrigin {
        try #require(HandshakeOrigin(SocketAddress(ipAddress: address, port: port)))
    }

    @Test(arguments: [
        ("192.0.2.1", "192.0.2.1", true), ("192.0.2.1", "192.0.2.2", false), ("::ffff:192.0.2.1", "192.0.2.1", true),
        ("::ffff:192.0.2.1", "::ffff:192.0.2.2", false), ("2001:db8:0:1::1", "2001:db8:0:1:ffff::9", true),
        ("2001:db8:0:1::1", "2001:db8:0:2::1", false), ("::1", "127.0.0.1", false),
    ])
    func anAddressOfIPv4OrANetworkOfIPv6IsOnePlace(one: String, other: String, isSame: Bool) throws {
        #expect(try (origin(one) == origin(other, 2)) == isSame)
    }

    @Test func whatHasNoAddressIsNotCounted() throws {
        #expect(HandshakeOrigin(nil) == nil)
        #expect(HandshakeOrigin(try SocketAddress(unixDomainSocketPath: "/tmp/a")) == nil)
    }

    @Test func eachPlaceHasRoomOfItsOwnAndLeavesNothingBehind() throws {
        let origins = HandshakeOrigins()
        let (one, other) = (try origin("192.0.2.1"), try origin("192.0.2.2"))
        #expect(origins.begin(one, max: 2))
        #expect(origins.begin(one, max: 2))
        #expect(!origins.begin(one, max: 2))
        #expect(origins.begin(other, max: 2))
        origins.end(one)
        #expect(origins.begin(one, max: 2))
        for _ in 0..<2 { origins.end(one) }
        origins.end(other)
        #expect(origins.count == 0)
    }
}
