import Domain
import Platform
import Synchronization
import Testing
import Wire

@testable import Client

@Suite(.timeLimit(.minutes(20))) struct ConnectionTests {
    private func connect(_ daemon: FakeDaemon, timeoutMilliseconds: Int32 = 5_000) throws -> Connection {
        try Connection(
            to: daemon.endpoint,
            options: ConnectionOptions(clientName: "test", timeoutMilliseconds: timeoutMilliseconds, wantedCredit: 3)
        )
    }

    /// Calls what must fail and returns the error.
    private func failure(_ body: () throws(ClientError) -> Void) -> ClientError? {
        do throws(ClientError) {
            try body()
            return nil
        } catch {
            return error
        }
    }

    @Test func helloSaysWhoWeAreAndSetsBitsThatMustBeIgnored() throws {
        let hellos = Locked<[Hello]>([])
        let script: @Sendable (FakePeer) throws -> Void = { peer in
            let hello = try peer.sayHello()
            hellos.withLock { $0.append(hello) }
        }
        let daemon = try FakeDaemon(script, script, script)
        for _ in 0..<3 {
            let connection = try connect(daemon)
            #expect(connection.session.serverName == "fake")
            #expect(connection.session.role == .administration)
        }
        let seen = hellos.withLock { $0 }
        #expect(seen.allSatisfy { $0.clientName == "test" && $0.wantedCredit == 3 && $0.schemaVersion == 2 })
        #expect(seen.allSatisfy { $0.features.rawValue & 0xFFFF_FFFF == Features.receipts.rawValue })
        // Three times the same 32 random bits, or none of them: once in 2^64 runs.
        #expect(Set(seen.map(\.features.rawValue)).count > 1)
    }

    @Test func answersMayOvertake() throws {
        let daemon = try FakeDaemon { peer in
            try peer.sayHello()
            let frames = try [peer.receive(), peer.receive(), peer.receive()]
            for frame in frames.reversed() {
                try peer.send(CardGetReply(card: card(try frame.decode(CardGet.self).cardToken)), to: frame)
            }
        }
        var connection = try connect(daemon)
        var tokens: [UInt64: CardToken] = [:]
        for number in 1...3 as ClosedRange<UInt64> {
            tokens[try connection.send(CardGet(cardToken: token(number)))] = token(number)
        }
        #expect(connection.inFlight == 3)
        while connection.inFlight > 0 {
            let frame = try connection.receive()
            #expect(try connection.decode(frame, as: CardGetReply.self).card.cardToken == tokens[frame.correlationID])
        }
    }

    @Test func aCallKeepsTheAnswersThatOvertookItsOwn() throws {
        let daemon = try FakeDaemon { peer in
            try peer.sayHello()
            let first = try peer.receive()
            let second = try peer.receive()
            try peer.send(Pong(payload: try first.decode(Ping.self).payload), to: first)
            try peer.send(CardGetReply(card: card(token(5))), to: second)
        }
        var connection = try connect(daemon)
        let ping = try connection.send(Ping(payload: 77))
        let answer = try connection.call(CardGet(cardToken: token(5)), returning: CardGetReply.self)
        #expect(answer.card.cardToken == token(5))
        let frame = try connection.receive()
        #expect(frame.correlationID == ping)
        #expect(try frame.decode(Pong.self).payload == 77)
    }

    @Test func aRefusedHelloSaysWhy() throws {
        let daemon = try FakeDaemon { peer in
            let frame = try peer.receive()
            let reject = Reject(
                code: .unsupportedFrameVersion,
                templateID: Hello.templateID,
                retryAfterMicroseconds: 0,
                detail: "versions spoken: 2"
            )
            try peer.send(reject, to: frame)
        }
        let error = failure { () throws(ClientError) in _ = try Connection(to: daemon.endpoint) }
        #expect(
            error
                == .rejected(Rejection(code: 104, templateID: Hello.templateID, detail: "versions spoken: 2"))
        )
        #expect(error?.isWorthRepeating == false)
    }

    @Test func theDaemonsPingIsAnsweredWhileAnAnswerIsAwaited() throws {
        let ponged = Atomic<UInt64>(0)
        let daemon = try FakeDaemon { peer in
            try peer.sayHello()
            let request = try peer.receive()
            try peer.push(Ping(payload: 4_711))
            ponged.store(try peer.receive().decode(Pong.self).payload, ordering: .releasing)
            try peer.send(CardGetReply(card: card(token(1))), to: request)
        }
        var connection = try connect(daemon)
        _ = try connection.call(CardGet(cardToken: token(1)), returning: CardGetReply.self)
        #expect(ponged.load(ordering: .acquiring) == 4_711)
    }

    @Test func afterGoAwayWhatIsInFlightIsAnsweredAndNothingNewIsSent() throws {
        let daemon = try FakeDaemon { peer in
            try peer.sayHello()
            let request = try peer.receive()
            try peer.push(GoAway(lastCorrelationID: request.correlationID, graceMilliseconds: 900, reason: .draining))
            try peer.send(CardGetReply(card: card(token(1))), to: request)
        }
        var connection = try connect(daemon)
        _ = try connection.call(CardGet(cardToken: token(1)), returning: CardGetReply.self)
        #expect(connection.goAway?.graceMilliseconds == 900)
        let error = failure { () throws(ClientError) in _ = try connection.send(CardGet(cardToken: token(2))) }
        #expect(error == .goingAway(daemon.endpoint, graceMilliseconds: 900))
        #expect(error?.outcomeIsUnknown == false)
    }

    @Test func noAnswerInTimeIsUnknownNotFailed() throws {
        let daemon = try FakeDaemon { peer in
            try peer.sayHello()
            _ = try peer.receive()
            _ = try peer.receive()
        }
        var connection = try connect(daemon, timeoutMilliseconds: 30)
        let error = failure { () throws(ClientError) in
            _ = try connection.call(setStatus(1), returning: CardSetStatusReply.self)
        }
        #expect(error == .timedOut(daemon.endpoint, milliseconds: 30))
        #expect(error?.outcomeIsUnknown == true)
    }

    @Test func aConnectionThatEndsIsUnknownNotFailed() throws {
        let daemon = try FakeDaemon { peer in
            try peer.sayHello()
            let request = try peer.receive()
            let frame = CardGetReply(card: card(token(1))).encodedFrame(correlationID: request.correlationID)
            try peer.send(bytes: Array(frame.prefix(40)))
        }
        var connection = try connect(daemon)
        let error = failure { () throws(ClientError) in
            _ = try connection.call(CardGet(cardToken: token(1)), returning: CardGetReply.self)
        }
        #expect(error == .connectionLost(daemon.endpoint, reason: "closed by the daemon"))
        #expect(error?.outcomeIsUnknown == true)
    }

    @Test func anAlteredAnswerIsNoticed() throws {
        let daemon = try FakeDaemon { peer in
            try peer.sayHello()
            let request = try peer.receive()
            var frame = CardGetReply(card: card(token(1))).encodedFrame(correlationID: request.correlationID)
            frame[60] ^= 1
            try peer.send(bytes: frame)
        }
        var connection = try connect(daemon)
        let error = failure { () throws(ClientError) in
            _ = try connection.call(CardGet(cardToken: token(1)), returning: CardGetReply.self)
        }
        guard case .protocolViolation(_, let detail) = error else {
            Issue.record("not a protocol violation: \(String(describing: error))")
            return
        }
        #expect(detail.contains("CRC-32C"))
    }

    @Test func anAnswerToNoRequestIsNoticed() throws {
        let daemon = try FakeDaemon { peer in
            try peer.sayHello()
            _ = try peer.receive()
            try peer.send(bytes: Pong(payload: 1).encodedFrame(correlationID: 99))
        }
        var connection = try connect(daemon)
        let error = failure { () throws(ClientError) in
            _ = try connection.call(Ping(payload: 1), returning: Pong.self)
        }
        #expect(error == .protocolViolation(daemon.endpoint, detail: "an answer to no request (99)"))
    }

    @Test func anotherAnswerThanTheRequestsIsNoticed() throws {
        let daemon = try FakeDaemon { peer in
            try peer.sayHello()
            try peer.send(Pong(payload: 1), to: try peer.receive())
        }
        var connection = try connect(daemon)
        let error = failure { () throws(ClientError) in
            _ = try connection.call(CardGet(cardToken: token(1)), returning: CardGetReply.self)
        }
        guard case .protocolViolation = error else {
            Issue.record("not a protocol violation: \(String(describing: error))")
            return
        }
    }

    @Test func whatCannotArriveIsNotSentAndTheConnectionGoesOn() throws {
        let daemon = try FakeDaemon { peer in
            try peer.sayHello(FakePeer.hello(frameBytesMax: 4_096))
            let frame = try peer.receive()
            try peer.send(Pong(payload: try frame.decode(Ping.self).payload), to: frame)
        }
        var connection = try connect(daemon)
        let long = ConfigSet(
            requestID: RequestID(high: 1, low: 1),
            transmissionTime: Instant(microseconds: 1),
            expectedVersion: .zero,
            key: "merchant-block.exact",
            value: String(repeating: "x", count: 5_000)
        )
        let tooLong = failure { () throws(ClientError) in _ = try connection.send(long) }
        guard case .requestTooLong(let count, 4_096) = tooLong else {
            Issue.record("not too long")
            return
        }
        #expect(count > 5_000)
        let unencodable = ConfigGet(prefix: String(repeating: "k", count: 129), afterKey: "")
        #expect(
            failure { () throws(ClientError) in _ = try connection.send(unencodable) }
                == .unencodable(detail: "prefix: 129 bytes; at most 128 are allowed")
        )
        #expect(connection.inFlight == 0)
        #expect(try connection.ping() > 0)
    }

    @Test func theReasonForClosingIsReported() throws {
        let daemon = try FakeDaemon { peer in
            try peer.sayHello()
            _ = try peer.receive()
            try peer.push(
                Reject(code: .tooSlow, templateID: 0, retryAfterMicroseconds: 0, detail: "answers were not read")
            )
        }
        var connection = try connect(daemon)
        let error = failure { () throws(ClientError) in
            _ = try connection.call(Ping(payload: 1), returning: Pong.self)
        }
        #expect(error == .rejected(Rejection(code: 109, detail: "answers were not read")))
        #expect(error?.isWorthRepeating == true)
    }

    @Test func anAnswerThatComesByteByByteIsWhole() throws {
        let daemon = try FakeDaemon { peer in
            try peer.sayHello()
            let request = try peer.receive()
            for byte in CardGetReply(card: card(token(3))).encodedFrame(correlationID: request.correlationID) {
                try peer.send(bytes: [byte])
            }
        }
        var connection = try connect(daemon)
        #expect(try connection.call(CardGet(cardToken: token(3)), returning: CardGetReply.self).card == card(token(3)))
    }

    @Test func nobodyListeningIsUnreachable() throws {
        let nowhere = Endpoint.unix(path: "/nonexistent/assent.sock")
        let error = failure { () throws(ClientError) in _ = try Connection(to: nowhere) }
        guard case .unreachable(nowhere, let reason) = error else {
            Issue.record("reachable?")
            return
        }
        #expect(reason.contains("No such file"))
    }
}
