import Domain
import Foundation
import Platform
import Randomness
import Testing
import Wire

@testable import Transport

@Suite(.timeLimit(.minutes(20))) struct ServerTests {
    @Test func requestsAreAnsweredOverTCPAndUnixSockets() throws {
        let fixture = try TestServer()
        for endpoint in [fixture.tcp, fixture.gateway, fixture.administration] {
            let client = try TestClient(endpoint)
            let reply = try client.hello()
            #expect(reply.role == (endpoint == fixture.administration ? .administration : .gateway))
            for id in UInt64(10)..<20 { try client.send(TestClient.request(id)) }
            for id in UInt64(10)..<20 {
                let (pong, correlationID) = try client.receive(Pong.self)
                #expect(pong.payload == id && correlationID == id)
            }
        }
        #expect(fixture.handler.handled.count == 30)
        #expect(fixture.server.counters.requests == 30)
        #expect(fixture.server.counters.accepted == 3)
    }

    @Test(arguments: [UInt64(11), 12, 13, 14])
    func framesMayArriveInAnyPieces(seed: UInt64) throws {
        var generator = SeededRandom(seed: seed)
        let fixture = try TestServer()
        let client = try fixture.client()
        let bytes = (0..<500).flatMap { TestClient.request(UInt64($0)) }
        var offset = 0
        while offset < bytes.count {
            let count = min(bytes.count - offset, Int.random(in: 1...200, using: &generator))
            try client.send(Array(bytes[offset..<offset + count]))
            offset += count
        }
        for id in UInt64(0)..<500 {
            #expect(try client.receive(Pong.self).correlationID == id, "seed \(seed)")
        }
        #expect(fixture.handler.handled == Array(0..<500), "seed \(seed)")
    }

    @Test func noReplyLeavesBeforeItIsDurable() throws {
        let fixture = try TestServer(.durable)
        let client = try fixture.client()
        for id in UInt64(1)...10 { try client.send(TestClient.request(id)) }
        #expect(fixture.handler.waitForHandled(10) == 10)
        // The answer to a Ping behind them comes first: nothing of the ten has left.
        try client.send(Ping(payload: 1).encodedFrame(correlationID: 100))
        #expect(try client.receive(Pong.self).correlationID == 100)
        #expect(fixture.server.counters.inFlight == 10)
        fixture.server.durableAdvanced(to: 4)
        for id in UInt64(1)...4 { #expect(try client.receive(Pong.self).correlationID == id) }
        try client.send(Ping(payload: 1).encodedFrame(correlationID: 101))
        #expect(try client.receive(Pong.self).correlationID == 101)
        fixture.server.durableAdvanced(to: 10)
        for id in UInt64(5)...10 { #expect(try client.receive(Pong.self).correlationID == id) }
    }

    /// A journal's thread that advances as fast as it can, against many connections: every reply comes, once, in order.
    @Test func noReplyIsLeftBehindHoweverTheJournalAdvances() throws {
        let fixture = try TestServer(.durable)
        let isDone = Monitor(false)
        let server = fixture.server
        let handler = fixture.handler
        let journal = try WorkerThread(name: "journal") {
            while !isDone.read({ $0 }) { server.durableAdvanced(to: handler.seen.read { $0.lastLSN }) }
        }
        let clients = try (0..<8).map { _ in try fixture.client() }
        for round in UInt64(0)..<200 {
            for client in clients { try client.send(TestClient.request(2 * round) + TestClient.request(2 * round + 1)) }
            for client in clients {
                #expect(try client.receive(Pong.self).correlationID == 2 * round)
                #expect(try client.receive(Pong.self).correlationID == 2 * round + 1)
            }
        }
        isDone.update { $0 = true }
        journal.join()
        #expect(fixture.server.counters.inFlight == 0)
        #expect(fixture.handler.handled.count == 3_200)
    }

    @Test func oneRequestAboveCreditIsRefusedWhileTheOthersWait() throws {
        let fixture = try TestServer(.durable)
        let client = try fixture.client(credit: 4)
        for id in UInt64(1)...5 { try client.send(TestClient.request(id)) }
        let (reject, correlationID) = try client.receive(Reject.self)
        #expect(correlationID == 5 && reject.code == .busy && reject.retryAfterMicroseconds == 1_000)
        #expect(reject.templateID == QueryByRequestID.templateID)
        fixture.server.durableAdvanced(to: 4)
        for id in UInt64(1)...4 { #expect(try client.receive(Pong.self).correlationID == id) }
        try client.send(TestClient.request(6))
        fixture.server.durableAdvanced(to: 5)
        #expect(try client.receive(Pong.self).correlationID == 6)
        #expect(fixture.handler.handled == [1, 2, 3, 4, 6])
        #expect(fixture.server.counters.busy == 1 && fixture.server.counters.busyCauses[.credit] == 1)
    }

    @Test func laterRepliesOvertakeAndWaitForTheirLSN() throws {
        let fixture = try TestServer(.later)
        let client = try fixture.client()
        for id in UInt64(1)...3 { try client.send(TestClient.request(id)) }
        #expect(fixture.handler.waitForHandled(3) == 3)
        let handles = fixture.handler.seen.update { seen in
            defer { seen.handles = [] }
            return seen.handles
        }
        for (correlationID, handle) in handles.reversed() {
            let lsn: UInt64 = correlationID == 3 ? 50 : 0
            handle.send(bytes: Pong(payload: 0).encodedFrame(correlationID: correlationID), whenDurable: lsn)
        }
        #expect(try client.receive(Pong.self).correlationID == 2)
        #expect(try client.receive(Pong.self).correlationID == 1)
        #expect(fixture.server.counters.inFlight == 1)
        fixture.server.durableAdvanced(to: 50)
        #expect(try client.receive(Pong.self).correlationID == 3)
    }

    @Test func aHandleThatIsDroppedAnswersThatTheOutcomeIsUnknown() throws {
        let fixture = try TestServer(.dropped)
        let client = try fixture.client(credit: 1)
        for id in UInt64(1)...3 {
            try client.send(TestClient.request(id))
            let (reject, correlationID) = try client.receive(Reject.self)
            #expect(correlationID == id && reject.code == .internalError)
        }
    }

    @Test func aClientThatStopsSendingStillGetsItsAnswers() throws {
        let fixture = try TestServer(.durable)
        for endpoint in [fixture.gateway, fixture.tcp] {
            let client = try fixture.client(endpoint)
            let before = fixture.handler.handled.count
            try client.send(TestClient.request(1) + TestClient.request(2))
            try client.finishSending()
            #expect(fixture.handler.waitForHandled(before + 2) == before + 2)
            fixture.server.durableAdvanced(to: UInt64(before + 2))
            #expect(try client.receiveToEnd().map(\.header.correlationID) == [1, 2])
        }
    }

    @Test func aDrainFinishesWhatIsInFlightAndRefusesWhatIsNew() throws {
        let fixture = try TestServer(.durable)
        let client = try fixture.client()
        let silent = try TestClient(fixture.gateway)
        try client.send(TestClient.request(7) + TestClient.request(8))
        #expect(fixture.handler.waitForHandled(2) == 2)
        let server = fixture.server
        let drained = Monitor(false)
        let thread = try WorkerThread(name: "drain") {
            server.drain(graceMilliseconds: 10_000)
            drained.update { $0 = true }
        }
        let (goAway, correlationID) = try client.receive(GoAway.self)
        #expect(goAway.lastCorrelationID == 8 && goAway.graceMilliseconds == 10_000 && goAway.reason == .draining)
        #expect(correlationID & FrameHeader.pushBit != 0)
        #expect(try silent.receiveToEnd().isEmpty)
        try client.send(TestClient.request(9))
        let (reject, refusedID) = try client.receive(Reject.self)
        #expect(refusedID == 9 && reject.code == .draining)
        #expect(!drained.read { $0 })
        #expect(throws: PlatformError.self) { _ = try TestClient(fixture.gateway) }
        // The TCP port says nothing: another test's server may have it by now.
        server.durableAdvanced(to: 2)
        #expect(try client.receiveToEnd().map(\.header.correlationID) == [7, 8])
        thread.join()
        #expect(fixture.handler.handled == [7, 8])
        #expect(server.counters.connections == 0 && server.counters.inFlight == 0)
    }

    @Test func aDrainEndsWhenItsGraceIsOver() throws {
        let fixture = try TestServer(.durable)
        let client = try fixture.client()
        try client.send(TestClient.request(1))
        #expect(fixture.handler.waitForHandled(1) == 1)
        fixture.server.drain(graceMilliseconds: 20)
        #expect(try client.receive(GoAway.self).message.graceMilliseconds == 20)
        #expect(try client.receive() == nil)
        #expect(fixture.server.counters.connections == 0 && fixture.server.counters.inFlight == 0)
    }

    @Test func aServerWithoutConnectionsDrainsAtOnce() throws {
        let fixture = try TestServer()
        fixture.server.drain(graceMilliseconds: 60_000)
        fixture.server.stop()
        #expect(!FileSystem.exists(fixture.directory + "/gateway.sock"))
        #expect(!FileSystem.exists(fixture.directory + "/admin.sock"))
    }
}
