import Domain
import Platform
import Randomness
import Testing
import Wire

@testable import Transport

/// Whatever strangers send: a typed error or a clean close, nothing handled, and an honest client is served after it.
@Suite(.timeLimit(.minutes(20))) struct HostileInputTests {
    private func expectUnharmed(_ fixture: TestServer, handled: Int = 0) throws {
        #expect(fixture.handler.handled.count == handled)
        let honest = try fixture.client(fixture.tcp)
        try honest.send(TestClient.request(1))
        #expect(try honest.receive(Pong.self).correlationID == 1)
        #expect(fixture.handler.handled.count == handled + 1)
        #expect(fixture.server.counters.inFlight == 0)
    }

    @Test(arguments: [UInt64(21), 22])
    func randomBytesAreRefused(seed: UInt64) throws {
        var generator = SeededRandom(seed: seed)
        let fixture = try TestServer()
        for round in 0..<1_000 {
            let client = try TestClient(fixture.gateway)
            let isGreeted = round % 2 == 0
            if isGreeted { try client.hello() }
            let bytes = (0..<Int.random(in: 7...3_000, using: &generator)).map { _ in
                UInt8.random(in: 0...255, using: &generator)
            }
            try? client.send(bytes)
            try? client.finishSending()
            let codes = try client.receiveToEnd().map { try $0.message(Reject.self).code }
            #expect(codes == [.badMagic], "seed \(seed), round \(round)")
        }
        try expectUnharmed(fixture)
    }

    /// Frames that are right in all but one thing, drawn at random, cut and joined at random.
    @Test(arguments: [UInt64(31), 32])
    func damagedFramesAreRefused(seed: UInt64) throws {
        var generator = SeededRandom(seed: seed)
        let fixture = try TestServer()
        for round in 0..<1_000 {
            let client = try fixture.client()
            var bytes = TestClient.request(UInt64(round))
            let index = Int.random(in: 4..<bytes.count, using: &generator)
            bytes[index] ^= UInt8.random(in: 1...255, using: &generator)
            try client.send(bytes)
            let frames = try client.receiveToEnd()
            #expect(frames.count == 1, "seed \(seed), round \(round), byte \(index)")
            let code = try #require(frames.first).message(Reject.self).code
            #expect(code.rawValue < 200, "seed \(seed), round \(round), byte \(index)")
        }
        try expectUnharmed(fixture)
    }

    @Test func aTruncatedFrameIsForgotten() throws {
        let fixture = try TestServer()
        let frame = TestClient.request(1)
        for count in 1..<frame.count {
            let client = try fixture.client()
            try client.send(Array(frame[..<count]))
            try client.finishSending()
            #expect(try client.receiveToEnd().isEmpty)
        }
        try expectUnharmed(fixture)
    }

    @Test func aLongFrameThatNeverComesHoldsNoMemory() throws {
        let fixture = try TestServer()
        let clients = try (0..<32).map { _ in try fixture.client(fixture.administration) }
        for client in clients {
            let header = FrameHeader(frameByteCount: 1_048_576, correlationID: 1, blockLength: 8, templateID: 1)
            var bytes = [UInt8](repeating: 0, count: 32)
            bytes.withUnsafeMutableBytes { header.encode(into: $0) }
            try client.send(bytes)
            // Answered after the bytes were read: by another connection's round trip on each loop.
        }
        for _ in 0..<4 { try fixture.client().send(TestClient.request(1)) }
        #expect(fixture.handler.waitForHandled(4) == 4)
        // 32 announced megabytes, and not a chunk of memory charged for them.
        #expect(fixture.server.counters.pendingBytes == 0)
        try expectUnharmed(fixture, handled: 4)
    }

    @Test func halfOpenConnectionsUpToTheLimitDisturbNobody() throws {
        var limits = TransportLimits()
        limits.connectionCountMax = 560
        limits.administrationConnectionCountMax = 8
        limits.refusedConnectionCountMax = 4
        _ = DescriptorLimit.raise(to: 4_096)
        let fixture = try TestServer(limits: limits)
        let honest = try fixture.client()
        // They connect and say nothing at all.
        let silent = try (0..<551).map { number in
            // A round trip now and then lets the server accept: the kernel queues only so many.
            if number % 50 == 0 {
                try honest.send(Ping(payload: 1).encodedFrame(correlationID: 1))
                _ = try honest.receive(Pong.self)
            }
            return try TestClient(fixture.tcp)
        }
        #expect(eventually { fixture.server.counters.connections == 552 })
        for _ in 0..<50 {
            let refused = try TestClient(fixture.gateway)
            let codes = try refused.receiveToEnd().map { try $0.message(Reject.self).code }
            #expect(codes == [.busy] || codes.isEmpty)
        }
        for id in UInt64(1)...100 {
            try honest.send(TestClient.request(id))
            #expect(try honest.receive(Pong.self).correlationID == id)
        }
        #expect(fixture.server.counters.connections == 552)
        #expect(fixture.server.counters.connectionRefusals.sum == 50)
        let operators = try fixture.client(fixture.administration)
        try operators.send(TestClient.request(500))
        #expect(try operators.receive(Pong.self).correlationID == 500)
        withExtendedLifetime(silent) {}
    }

    @Test func aTLSHandshakeOnAPlaintextPortIsNamed() throws {
        let fixture = try TestServer()
        let client = try TestClient(fixture.tcp)
        // A ClientHello's first bytes, as OpenSSL sends them.
        try client.send([22, 3, 1, 2, 0, 1, 0, 1, 0xFC, 3, 3] + [UInt8](repeating: 7, count: 506))
        let reject = try client.receive(Reject.self).message
        #expect(reject.detail.hasPrefix("this is a TLS handshake"))
        let event = fixture.events.wait { if case .connectionClosed = $0 { true } else { false } }
        guard case .connectionClosed(let session, _, let detail) = event else {
            Issue.record("\(String(describing: event))")
            return
        }
        #expect(session.role == .gateway && session.origin?.description == "127.0.0.1")
        #expect(detail.hasPrefix("this is a TLS handshake"))
        // After Hello the same bytes are noise like any other.
        let known = try fixture.client(fixture.tcp)
        try known.send([22, 3, 1, 2, 0, 1, 0, 1])
        #expect(try !known.receive(Reject.self).message.detail.contains("TLS"))
    }

    @Test func connectionsThatAreResetLeaveNothingBehind() throws {
        let fixture = try TestServer(.durable)
        for _ in 0..<200 {
            let client = try fixture.client(fixture.tcp)
            try client.send(TestClient.request(1))
        }
        #expect(fixture.handler.waitForHandled(200) == 200)
        fixture.server.durableAdvanced(to: 1_000_000)
        let honest = try fixture.client()
        for id in UInt64(0)..<50 {
            try honest.send(TestClient.request(id))
            #expect(try honest.receive(Pong.self).correlationID == id)
        }
        fixture.server.drain(graceMilliseconds: 10_000)
        let counters = fixture.server.counters
        #expect(counters.connections == 0 && counters.inFlight == 0 && counters.pendingBytes == 0)
    }
}
