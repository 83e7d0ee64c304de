import Domain
import Platform
import Testing
import Wire

@testable import Transport

/// What peers do who send as much as they can, over sockets: the others are served, and nothing is lost.
@Suite(.timeLimit(.minutes(20))) struct FloodTests {
    /// Everything is answered in the end, in order, requests among it as well, and after a half-close too.
    @Test func aFloodOfPingsIsAnsweredThoughItMustRest() throws {
        let fixture = try TestServer()
        let client = try fixture.client(fixture.tcp)
        let bytes = (1...2_000).flatMap { (id: UInt64) -> [UInt8] in
            id % 100 == 0 ? TestClient.request(id) : Ping(payload: id).encodedFrame(correlationID: id)
        }
        let sender = try WorkerThread(name: "sender") {
            try? client.send(bytes)
            try? client.finishSending()
        }
        #expect(try client.receiveToEnd().map(\.header.correlationID) == Array(1...2_000))
        sender.join()
        #expect(fixture.handler.handled.count == 20)
    }

    /// While some flood their one event loop, another's requests do not wait for all that they send.
    @Test func othersAreServedWhileSomeFlood() throws {
        let fixture = try TestServer(loops: 1)
        let flood = [UInt8](repeatElement(Ping(payload: 1).encodedFrame(correlationID: 1), count: 1_000).joined())
        let strangers = try (0..<8).map { _ in try fixture.client(fixture.tcp) }
        for stranger in strangers { try stranger.send(flood) }
        let honest = try fixture.client(fixture.tcp)
        for id in UInt64(1)...20 {
            try honest.send(TestClient.request(id))
            #expect(try honest.receive(Pong.self).correlationID == id)
        }
        for stranger in strangers { for _ in 0..<1_000 { _ = try stranger.receive(Pong.self) } }
        #expect(fixture.server.counters.rests >= 8)
    }

    /// A listener lets no more in in a second than it may; the others wait in the kernel's queue, and come in.
    @Test func connectionsThatComeTooFastAreLetInLater() throws {
        var limits = TransportLimits()
        limits.connectionsPerSecondMax = 40
        let fixture = try TestServer(limits: limits)
        let began = Clock.monotonicNanoseconds()
        let clients = try (0..<30).map { _ in try TestClient(fixture.tcp) }
        for client in clients { _ = try client.hello() }
        // At 40 in a second.
        #expect(Clock.monotonicNanoseconds() - began > 500_000_000)
        #expect(fixture.server.counters.accepted == 30)
    }

    /// Of connections that bring no requests only so many are read in a second, and all in the end; whoever brings
    /// some is read at once.
    @Test func connectionsThatBringNothingAreReadInTurns() throws {
        var limits = TransportLimits()
        limits.idleReadsPerSecondMax = 4
        let fixture = try TestServer(loops: 1, limits: limits)
        let honest = try fixture.client(fixture.tcp)
        let strangers = try (0..<20).map { _ in try fixture.client(fixture.tcp) }
        let rests = fixture.server.counters.rests
        #expect(rests >= 19)
        for stranger in strangers { try stranger.send(Array(TestClient.request(1).prefix(50))) }
        // Its first request may find it resting.
        for id in UInt64(1)...21 {
            try honest.send(TestClient.request(id))
            #expect(try honest.receive(Pong.self).correlationID == id)
        }
        for stranger in strangers { try stranger.send(Array(TestClient.request(1).dropFirst(50))) }
        for stranger in strangers { #expect(try stranger.receive(Pong.self).correlationID == 1) }
        #expect(fixture.server.counters.rests >= rests + 20)
    }

    /// Whoever closes its side has all that lies in the socket read at once; no more than a read of it is handled at a
    /// time, and all of it in the end.
    @Test func whatLiesInTheSocketAtTheEndIsHandledPieceByPiece() throws {
        var limits = TransportLimits()
        limits.readByteCount = 4_096
        let fixture = try TestServer(.now, loops: 1, limits: limits)
        let client = try fixture.client(fixture.tcp)
        let requests = (1...2_000).flatMap { TestClient.request(UInt64($0)) }
        try client.send(requests)
        try client.finishSending()
        #expect(try client.receiveToEnd().map(\.header.correlationID) == Array(1...2_000))
        #expect(fixture.handler.handled == Array(1...2_000))
    }

    /// A peer that is gone while its answers are under way, at every moment of it. (A debug build of NIO asserts where
    /// the input of a closed channel is ended.)
    @Test func peersThatLeaveWhileAnswersAreUnderWayHurtNobody() throws {
        let fixture = try TestServer(.large(60_000))
        for round in 0..<300 {
            let client = try fixture.client(fixture.tcp)
            try client.send((0..<8).flatMap { TestClient.request(UInt64($0)) })
            // The answers lie unread in its socket: closing resets.
            if round % 2 == 0 { _ = try client.receive() }
            if round % 3 == 0 { try client.finishSending() }
        }
        let honest = try fixture.client()
        try honest.send(TestClient.request(1))
        #expect(try honest.receive(Pong.self).correlationID == 1)
        #expect(eventually { fixture.server.counters.connections == 1 })
    }
}
