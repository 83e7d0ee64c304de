import Domain
import Platform
import Testing
import Wire

@testable import Client

@Suite(.timeLimit(.minutes(20))) struct ClientTests {
    private func failure(_ body: () throws(ClientError) -> Void) -> ClientError? {
        do throws(ClientError) {
            try body()
            return nil
        } catch {
            return error
        }
    }

    private static func busy(_ microseconds: UInt32) -> Reject {
        Reject(
            code: .busy,
            templateID: CardSetStatus.templateID,
            retryAfterMicroseconds: microseconds,
            detail: "busy"
        )
    }

    private static func done(_ frame: Frame) throws -> CardSetStatusReply {
        CardSetStatusReply(
            lsn: LogSequenceNumber(rawValue: 1),
            card: card(try frame.decode(CardSetStatus.self).cardToken)
        )
    }

    @Test func afterALostConnectionTheSameBytesGoOutAgain() throws {
        let bodies = Locked<[[UInt8]]>([])
        let daemon = try FakeDaemon(
            { peer in
                try peer.sayHello()
                let frame = try peer.receive()
                bodies.withLock { $0.append(frame.body) }
            },
            { peer in
                try peer.sayHello()
                let frame = try peer.receive()
                bodies.withLock { $0.append(frame.body) }
                try peer.send(try Self.done(frame), to: frame)
            }
        )
        let pauses = Pauses()
        var client = Client(daemon.endpoint, options: quickOptions(pauses: pauses))
        #expect(try client.call(setStatus(1), returning: CardSetStatusReply.self).card.cardToken == token(1))
        let sent = bodies.withLock { $0 }
        #expect(sent.count == 2)
        #expect(sent.first == sent.last)
        #expect(pauses.all.count == 1)
    }

    @Test func busyIsTriedAgainAfterTheTimeThatTheDaemonAsksFor() throws {
        let daemon = try FakeDaemon { peer in
            try peer.sayHello()
            try peer.send(Self.busy(700_000), to: try peer.receive())
            try peer.send(Self.busy(0), to: try peer.receive())
            let frame = try peer.receive()
            try peer.send(try Self.done(frame), to: frame)
        }
        let pauses = Pauses()
        var client = Client(daemon.endpoint, options: quickOptions(pauses: pauses))
        _ = try client.call(setStatus(1), returning: CardSetStatusReply.self)
        #expect(pauses.all.count == 2)
        #expect(pauses.all.first == 700)
        #expect((20...40).contains(pauses.all.last ?? 0))
        #expect(daemon.connectionCount == 1, "a busy daemon keeps its connection")
    }

    @Test func whatIsInvalidIsNotTriedAgain() throws {
        let daemon = try FakeDaemon { peer in
            try peer.sayHello()
            let frame = try peer.receive()
            let reject = Reject(
                code: .cardUnknown,
                templateID: CardSetStatus.templateID,
                retryAfterMicroseconds: 0,
                detail: "no card"
            )
            try peer.send(reject, to: frame)
            let next = try peer.receive()
            try peer.send(try Self.done(next), to: next)
        }
        let pauses = Pauses()
        var client = Client(daemon.endpoint, options: quickOptions(pauses: pauses))
        let error = failure { () throws(ClientError) in
            _ = try client.call(setStatus(1), returning: CardSetStatusReply.self)
        }
        #expect(error == .rejected(Rejection(code: 321, templateID: CardSetStatus.templateID, detail: "no card")))
        #expect(pauses.all.isEmpty)
        _ = try client.call(setStatus(2), returning: CardSetStatusReply.self)
        #expect(daemon.connectionCount == 1, "a refused request keeps its connection")
    }

    @Test func aDaemonThatIsNotThereIsNotWaitedFor() {
        let pauses = Pauses()
        var client = Client(.unix(path: "/nonexistent/s"), options: quickOptions(pauses: pauses))
        guard case .unreachable = failure({ () throws(ClientError) in _ = try client.connect() }) else {
            Issue.record("reachable?")
            return
        }
        #expect(pauses.all.isEmpty)
    }

    @Test func whenAttemptsEndAfterALostConnectionTheOutcomeIsUnknown() throws {
        let daemon = try FakeDaemon { peer in
            try peer.sayHello()
            _ = try peer.receive()
        }
        let pauses = Pauses()
        var client = Client(daemon.endpoint, options: quickOptions(attempts: 4, pauses: pauses))
        let error = failure { () throws(ClientError) in
            _ = try client.call(setStatus(1), returning: CardSetStatusReply.self)
        }
        guard case .outcomeUnknown(attempts: 4, last: .unreachable) = error else {
            Issue.record("got \(String(describing: error))")
            return
        }
        #expect(error?.outcomeIsUnknown == true)
        #expect(pauses.all.count == 3)
    }

    @Test func aDefiniteRefusalAfterALostConnectionIsReportedAsSuch() throws {
        let daemon = try FakeDaemon(
            { peer in
                try peer.sayHello()
                _ = try peer.receive()
            },
            { peer in
                try peer.sayHello()
                let frame = try peer.receive()
                let reject = Reject(
                    code: .requestIDReused,
                    templateID: frame.header.templateID,
                    retryAfterMicroseconds: 0,
                    detail: ""
                )
                try peer.send(reject, to: frame)
            }
        )
        var client = Client(daemon.endpoint, options: quickOptions())
        let error = failure { () throws(ClientError) in
            _ = try client.call(setStatus(1), returning: CardSetStatusReply.self)
        }
        #expect(error == .rejected(Rejection(code: 307, templateID: CardSetStatus.templateID)))
    }

    @Test func aRequestTooOldAfterALostConnectionIsUnknownNotRefused() throws {
        let daemon = try FakeDaemon(
            { peer in
                try peer.sayHello()
                _ = try peer.receive()
            },
            { peer in
                try peer.sayHello()
                let frame = try peer.receive()
                let reject = Reject(
                    code: .requestTooOld,
                    templateID: frame.header.templateID,
                    retryAfterMicroseconds: 0,
                    detail: ""
                )
                try peer.send(reject, to: frame)
            }
        )
        var client = Client(daemon.endpoint, options: quickOptions())
        let error = failure { () throws(ClientError) in
            _ = try client.call(setStatus(1), returning: CardSetStatusReply.self)
        }
        let refusal = ClientError.rejected(Rejection(code: 308, templateID: CardSetStatus.templateID))
        #expect(error == .outcomeUnknown(attempts: 2, last: refusal))
    }

    @Test func afterGoAwayTheNextRequestGoesOverANewConnection() throws {
        let daemon = try FakeDaemon(
            { peer in
                try peer.sayHello()
                let frame = try peer.receive()
                try peer.push(GoAway(lastCorrelationID: frame.correlationID, graceMilliseconds: 10, reason: .draining))
                try peer.send(try Self.done(frame), to: frame)
            },
            { peer in
                try peer.sayHello()
                let frame = try peer.receive()
                try peer.send(try Self.done(frame), to: frame)
            }
        )
        var client = Client(daemon.endpoint, options: quickOptions())
        _ = try client.call(setStatus(1), returning: CardSetStatusReply.self)
        _ = try client.call(setStatus(2), returning: CardSetStatusReply.self)
        #expect(daemon.connectionCount == 2)
    }

    @Test func manyRequestsStayWithinTheCreditAndComeBackInOrder() throws {
        let daemon = try FakeDaemon { peer in
            try peer.sayHello(FakePeer.hello(credit: 5))
            var answered = 0
            while answered < 23 {
                // The client may not send a sixth before one of these five is answered.
                let batch = try (0..<min(5, 23 - answered)).map { _ in try peer.receive() }
                for frame in batch.reversed() { try peer.send(try Self.done(frame), to: frame) }
                answered += batch.count
            }
        }
        var client = Client(daemon.endpoint, options: quickOptions())
        let requests = (1...23).map { setStatus(UInt64($0)) }
        let results = client.callAll(requests, returning: CardSetStatusReply.self)
        #expect(try results.map { try $0.get().card.cardToken } == requests.map(\.cardToken))
    }

    @Test func aLostConnectionInTheMiddleSendsOnlyWhatWasNotAnswered() throws {
        let second = Locked<[UInt64]>([])
        let daemon = try FakeDaemon(
            { peer in
                try peer.sayHello(FakePeer.hello(credit: 4))
                let frames = try (0..<4).map { _ in try peer.receive() }
                try peer.send(try Self.done(frames[2]), to: frames[2])
            },
            { peer in
                try peer.sayHello(FakePeer.hello(credit: 4))
                for _ in 0..<9 {
                    let frame = try peer.receive()
                    let number = try frame.decode(CardSetStatus.self).requestID.low
                    second.withLock { $0.append(number) }
                    try peer.send(try Self.done(frame), to: frame)
                }
            }
        )
        var client = Client(daemon.endpoint, options: quickOptions())
        let requests = (1...10).map { setStatus(UInt64($0)) }
        let results = client.callAll(requests, returning: CardSetStatusReply.self)
        #expect(try results.map { try $0.get().card.cardToken } == requests.map(\.cardToken))
        #expect(second.withLock { $0 } == [1, 2, 4, 5, 6, 7, 8, 9, 10])
    }

    @Test func oneRefusedRequestOfManyLeavesTheOthersAlone() throws {
        let daemon = try FakeDaemon { peer in
            try peer.sayHello()
            for _ in 0..<3 {
                let frame = try peer.receive()
                if try frame.decode(CardSetStatus.self).requestID.low == 2 {
                    let reject = Reject(
                        code: .cardUnknown,
                        templateID: frame.header.templateID,
                        retryAfterMicroseconds: 0,
                        detail: ""
                    )
                    try peer.send(reject, to: frame)
                } else {
                    try peer.send(try Self.done(frame), to: frame)
                }
            }
        }
        var client = Client(daemon.endpoint, options: quickOptions())
        let results = client.callAll((1...3).map { setStatus(UInt64($0)) }, returning: CardSetStatusReply.self)
        #expect(try results[0].get().card.cardToken == token(1))
        #expect(results[1] == .failure(.rejected(Rejection(code: 321, templateID: CardSetStatus.templateID))))
        #expect(try results[2].get().card.cardToken == token(3))
    }

    @Test func aBusyRequestOfManyIsSentAgain() throws {
        let daemon = try FakeDaemon { peer in
            try peer.sayHello()
            let frames = try (0..<3).map { _ in try peer.receive() }
            try peer.send(Self.busy(0), to: frames[1])
            try peer.send(try Self.done(frames[0]), to: frames[0])
            try peer.send(try Self.done(frames[2]), to: frames[2])
            let again = try peer.receive()
            #expect(again.body == frames[1].body)
            try peer.send(try Self.done(again), to: again)
        }
        let pauses = Pauses()
        var client = Client(daemon.endpoint, options: quickOptions(pauses: pauses))
        let results = client.callAll((1...3).map { setStatus(UInt64($0)) }, returning: CardSetStatusReply.self)
        #expect(try results.map { try $0.get().card.cardToken } == [token(1), token(2), token(3)])
        #expect(pauses.all.count == 1)
    }

    @Test func whenNobodyAnswersAnyMoreEveryRequestSaysSo() throws {
        let daemon = try FakeDaemon { peer in
            try peer.sayHello()
            let frame = try peer.receive()
            try peer.send(try Self.done(frame), to: frame)
        }
        var client = Client(daemon.endpoint, options: quickOptions())
        let results = client.callAll((1...3).map { setStatus(UInt64($0)) }, returning: CardSetStatusReply.self)
        #expect(results.count == 3)
        #expect(try results[0].get().card.cardToken == token(1))
        for result in results.dropFirst() {
            guard case .failure(.outcomeUnknown) = result else {
                Issue.record("got \(result)")
                return
            }
        }
    }
}
