import Domain
import Foundation
import Platform
import Randomness
import Testing
import Wire

@testable import Transport

/// Connections that go from one server to another.
@Suite(.timeLimit(.minutes(20))) struct HandOverTests {
    /// A connection of each kind, in each state that there is between two turns of the loop.
    @Test func connectionsGoOnWhereTheyStood() throws {
        let old = try TestServer(.durable)
        let endpoints = [old.tcp, old.gateway, old.administration]
        let halfFrame = TestClient.request(5)
        let clients = try endpoints.map { endpoint in
            let greeted = try old.client(endpoint, credit: 9)
            try greeted.send(TestClient.request(3) + TestClient.request(4) + halfFrame[..<40])
            let silent = try TestClient(endpoint)
            try silent.send(Array(TestClient.helloFrame()[..<10]))
            return (greeted, silent)
        }
        #expect(old.handler.waitForHandled(6) == 6)
        let server = old.server
        // What is in flight becomes durable only after the hand-over has begun.
        let advancing = try WorkerThread(name: "journal") {
            while server.counters.inFlight > 0 { server.durableAdvanced(to: 6) }
        }
        let handed = server.handOver(graceMilliseconds: 60_000, unreadMilliseconds: 60_000)
        advancing.join()
        #expect(handed.count == 6)
        let new = try TestServer(.now)
        #expect(new.server.adopt(handed) == 6)
        for (greeted, silent) in clients {
            #expect(try greeted.receive(Pong.self).correlationID == 3)
            #expect(try greeted.receive(Pong.self).correlationID == 4)
            try greeted.send(Array(halfFrame[40...]))
            #expect(try greeted.receive(Pong.self).correlationID == 5)
            try silent.send(Array(TestClient.helloFrame()[10...]))
            #expect(try silent.receive(HelloReply.self).correlationID == 1)
            // A second Hello is one on a connection that has said the first elsewhere.
            try greeted.send(TestClient.helloFrame(correlationID: 8))
            #expect(try greeted.receive(Reject.self).message.code == .secondHello)
        }
        #expect(new.handler.handled == [5, 5, 5])
    }

    @Test func aCreditThatWasAgreedStays() throws {
        let old = try TestServer()
        let client = try old.client(credit: 2)
        let handed = old.server.handOver(graceMilliseconds: 60_000, unreadMilliseconds: 60_000)
        #expect(handed.map(\.state.credit) == [2])
        let new = try TestServer(.durable)
        #expect(new.server.adopt(handed) == 1)
        for id in UInt64(1)...3 { try client.send(TestClient.request(id)) }
        #expect(try client.receive(Reject.self).correlationID == 3)
        #expect(new.handler.handled == [1, 2])
    }

    /// Many clients send without end while servers take turns; every request is answered, once and in order.
    @Test(arguments: [UInt64(1), 2])
    func nothingIsLostOrDoubledUnderLoad(seed: UInt64) throws {
        var generator = SeededRandom(seed: seed)
        var server = try TestServer()
        var handlers = [server.handler]
        let clients = try (0..<8).map { index in try server.client([server.tcp, server.gateway][index % 2]) }
        let count = UInt64(20_000)
        let progress = Progress(clientCount: clients.count)
        for (index, client) in clients.enumerated() {
            let pieces = Int.random(in: 1...300, using: &generator)
            _ = try WorkerThread(name: "client") {
                var bytes: [UInt8] = []
                for id in 1...count {
                    bytes += TestClient.request(id)
                    // Cut anywhere, so that frames are torn across reads.
                    while bytes.count >= pieces {
                        guard (try? client.send(Array(bytes[..<pieces]))) != nil else { return }
                        bytes.removeFirst(pieces)
                    }
                }
                try? client.send(bytes)
            }
            _ = try WorkerThread(name: "reader") {
                for id in 1...count {
                    guard (try? client.receive(Pong.self))?.correlationID == id else { break }
                    progress.answered(client: index)
                }
                progress.ended()
            }
        }
        for round in UInt64(1)...5 {
            // Each hand-over comes at a time of its own.
            progress.wait(for: round * count)
            let next = try TestServer()
            let handed = server.server.handOver(graceMilliseconds: 60_000, unreadMilliseconds: 60_000)
            #expect(handed.count == 8, "seed \(seed)")
            #expect(next.server.adopt(handed) == 8, "seed \(seed)")
            server = next
            handlers.append(next.handler)
        }
        #expect(progress.waitForAll() == [UInt64](repeating: count, count: clients.count), "seed \(seed)")
        #expect(handlers.reduce(0) { $0 + $1.handled.count } == 8 * Int(count), "seed \(seed)")
    }

    /// Who is owed something and does not read it in time is closed; the others go on.
    @Test func whoDoesNotReadIsNotWaitedForLongerThanTheGrace() throws {
        let old = try TestServer(.large(65_536))
        let deaf = try old.client()
        for id in UInt64(1)...64 { try deaf.send(TestClient.request(id)) }
        let other = try old.client()
        #expect(old.handler.waitForHandled(4) >= 4)
        let handed = old.server.handOver(graceMilliseconds: 60_000, unreadMilliseconds: 100)
        #expect(handed.count == 1)
        let new = try TestServer()
        #expect(new.server.adopt(handed) == 1)
        try other.send(TestClient.request(9))
        #expect(try other.receive(Pong.self).correlationID == 9)
    }

    @Test func limitsHoldForConnectionsOfAnEarlierServer() throws {
        let old = try TestServer()
        let clients = try (0..<4).map { _ in try old.client() }
        let handed = old.server.handOver(graceMilliseconds: 60_000, unreadMilliseconds: 60_000)
        var limits = TransportLimits()
        limits.gatewayConnectionCountMax = 3
        let new = try TestServer(limits: limits)
        #expect(new.server.adopt(handed) == 3)
        #expect(new.server.counters.connections == 3)
        withExtendedLifetime(clients) {}
    }

    @Test func statesSurviveBeingBytes() throws {
        let states = [
            ConnectionState(
                role: .gateway,
                isGreeted: true,
                schemaVersion: 2,
                credit: 77,
                lastAcceptedCorrelationID: .max,
                input: [1, 2, 3]
            ),
            ConnectionState(
                role: .administration,
                isGreeted: false,
                schemaVersion: 1,
                credit: 0,
                lastAcceptedCorrelationID: 0,
                input: []
            ),
        ]
        let bytes = ConnectionState.encode(states)
        #expect(try ConnectionState.decode(bytes) == states)
        #expect(try ConnectionState.decode(ConnectionState.encode([])) == [])
        for count in 0..<bytes.count {
            #expect(throws: ConnectionState.Malformed.self) { try ConnectionState.decode(Array(bytes[..<count])) }
        }
        #expect(throws: ConnectionState.Malformed.content) { try ConnectionState.decode(bytes + [0]) }
        var later = bytes
        later[0] = 2
        #expect(throws: ConnectionState.Malformed.form(2)) { try ConnectionState.decode(later) }
    }
}

/// How many answers each client has had.
private final class Progress: Sendable {
    private struct State {
        var answers: [UInt64]
        var sum: UInt64 = 0
        var running: Int
    }

    private let state: Monitor<State>

    init(clientCount: Int) {
        state = Monitor(State(answers: [UInt64](repeating: 0, count: clientCount), running: clientCount))
    }

    func answered(client: Int) {
        state.update {
            $0.answers[client] += 1
            $0.sum += 1
        }
    }

    func ended() { state.update { $0.running -= 1 } }

    /// Waits until there are so many of all clients together, or no more will come.
    func wait(for count: UInt64) { state.wait { $0.sum >= count || $0.running == 0 ? () : nil } }

    func waitForAll() -> [UInt64] { state.wait { $0.running == 0 ? $0.answers : nil } }
}
