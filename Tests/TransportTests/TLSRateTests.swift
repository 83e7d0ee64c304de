import Client
import Cryptography
import Domain
import Platform
import TestCertificates
import Testing
import Wire

@testable import Transport

// How many handshakes begin in a second.

extension TLSTests {
    @Test func handshakesBeyondTheRateWaitTheirTurn() throws {
        var limits = TransportLimits()
        limits.handshakesPerSecondMax = 20
        let server = try TestServer(loops: 1, limits: limits, tls: context())
        let context = try client()
        for _ in 0..<12 {
            var connection = try connect(server, context)
            _ = try connection.ping()
        }
        let counts = server.server.measures.handshakes
        #expect(counts.count(of: .completed) + counts.count(of: .resumed) == 12)
    }

    @Test func aCrowdThatComesAtOnceIsServedAtTheRate() throws {
        var limits = TransportLimits()
        limits.handshakesPerSecondMax = 20
        // At the rate they take two seconds; a third of it is enough to end in time.
        limits.handshakeMilliseconds = 6_000
        limits.helloMilliseconds = 60_000
        let server = try TestServer(loops: 1, limits: limits, tls: context())
        let context = try client()
        let crowd = try (0..<40).map { _ in
            let wire = try RawTLS(server.sealed, context.makeSession(host: "127.0.0.1"))
            try wire.begin()
            return wire
        }
        for wire in crowd { try wire.shakeHands() }
        while server.server.measures.handshakes.underWayCount > 0 { Pause.yield() }
        let counts = server.server.measures.handshakes
        #expect(counts.count(of: .completed) == crowd.count)
        #expect(server.server.counters.waitedHandshakes >= crowd.count / 2)
    }

    @Test func handshakesThatWaitAreCounted() throws {
        var limits = TransportLimits()
        limits.handshakesPerSecondMax = 1
        let server = try TestServer(loops: 1, limits: limits, tls: context())
        var strangers = [try TestClient(server.sealed)]
        while server.server.measures.handshakes.underWayCount < 1 { Pause.yield() }
        #expect(server.server.counters.waitedHandshakes == 0)
        // One of them comes within the second that the first has taken.
        while server.server.counters.waitedHandshakes == 0 { strangers.append(try TestClient(server.sealed)) }
        #expect(server.server.counters.waitedHandshakes < strangers.count)
    }
}
