import Client
import Domain
import Glibc
import Platform
import Testing
import Wire

/// One connection that behaves badly does not keep the others from being served.
@Suite(.serialized, .timeLimit(.minutes(20))) struct FairnessTests {
    /// What a polite client saw: one request at a time.
    private struct Polite: Sendable {
        var answered = 0
        /// Why it was refused, but for a disk that is behind: that concerns everybody alike.
        var refusals: [RejectCode] = []
        var longestNanoseconds: Int64 = 0
    }

    private static let politeRequestCount = 300
    private static let cardLimit: Int64 = 1_000_000_000

    private func politely(_ daemon: DaemonUnderTest, _ card: CardToken) throws -> Polite {
        var connection = try Connection(to: daemon.unix, options: DaemonUnderTest.patience)
        var polite = Polite()
        while polite.answered < Self.politeRequestCount {
            let began = Clock.monotonicNanoseconds()
            _ = try connection.send(Traffic.authorize(card, 1))
            let frame = try connection.receive()
            polite.longestNanoseconds = max(polite.longestNanoseconds, Clock.monotonicNanoseconds() - began)
            if frame.holds(AuthorizeReply.self) {
                polite.answered += 1
            } else {
                let code = try frame.decode(Reject.self).code
                if code != .journalBehind { polite.refusals.append(code) }
            }
        }
        return polite
    }

    /// Sends requests without end over one connection, and reads its answers or never does, until it is told to stop or
    /// is cut off.
    ///
    /// - Returns: how many it sent, and how many were refused.
    private static func flood(
        _ endpoint: Endpoint,
        _ card: CardToken,
        reads: Bool,
        until isOver: borrowing Monitor<Bool>
    ) -> (sent: Int, refused: Int, isCut: Bool) {
        var sent = 0
        var refused = 0
        do throws(ClientError) {
            var connection = try Connection(to: endpoint, options: ConnectionOptions(timeoutMilliseconds: 15_000))
            let window = Int(connection.session.credit)
            while isOver.read({ !$0 }) {
                while reads ? connection.inFlight < window : true, isOver.read({ !$0 }) {
                    _ = try connection.send(Traffic.authorize(card, 1))
                    sent += 1
                    if sent % 256 == 0 { try connection.flush() }
                }
                guard reads else { continue }
                for _ in 0..<window / 2 {
                    if try !connection.receive().holds(AuthorizeReply.self) { refused += 1 }
                }
            }
            return (sent, refused, false)
        } catch {
            return (sent, refused, true)
        }
    }

    private func serveOthers(than bad: [Bool], _ options: [String]) throws -> (
        polite: [Polite], floods: [(sent: Int, refused: Int, isCut: Bool)], busy: UInt64
    ) {
        let scratch = try Scratch()
        let daemon = try DaemonUnderTest.ready(scratch, options)
        let cards = (0..<bad.count + 3).map { _ in CardToken.make() }
        for card in cards { _ = try daemon.ask(Traffic.create(card, limit: Self.cardLimit), CardCreateReply.self) }
        let isOver = Shared()
        let results = Results()
        _ = try inParallel(bad.count + 3) { index in
            if index < bad.count {
                let flood = Self.flood(daemon.unix, cards[index], reads: bad[index], until: isOver.state)
                results.floods.update { $0.append(flood) }
                return
            }
            do {
                let polite = try politely(daemon, cards[index])
                results.polite.update { $0.append(polite) }
            } catch {
                Issue.record("a polite client was not served: \(error)")
            }
            // The last of them ends the floods.
            results.servedCount.update { $0 += 1 }
            if results.servedCount.read({ $0 }) == 3 { isOver.state.update { $0 = true } }
        }
        let status = try daemon.ask(Status(), StatusReply.self)
        // What was answered was decided once, whoever asked.
        for card in cards.suffix(3) {
            let found = try daemon.ask(CardGet(cardToken: card), CardGetReply.self).card
            #expect(found.held == Int64(Self.politeRequestCount))
        }
        try daemon.kill()
        return (results.polite.read { $0 }, results.floods.read { $0 }, status.busy)
    }

    private final class Shared: Sendable {
        let state = Monitor(false)
    }

    private final class Results: Sendable {
        let polite = Monitor<[Polite]>([])
        let servedCount = Monitor(0)
        let floods = Monitor<[(sent: Int, refused: Int, isCut: Bool)]>([])
    }

    private func expectServed(_ polite: [Polite], _ what: String) {
        #expect(polite.count == 3)
        for client in polite {
            #expect(client.refusals.isEmpty, "\(what): a client with one request at a time is never refused")
            #expect(client.longestNanoseconds < 5_000_000_000, "\(what): \(client.longestNanoseconds) ns")
        }
    }

    @Test func aFlooderIsRefusedAndTheOthersAreServed() async throws {
        try await onOwnThread {
            let (polite, floods, busy) = try serveOthers(than: [true, true], ["--max-in-flight", "64"])
            expectServed(polite, "two that flood")
            #expect(floods.allSatisfy { !$0.isCut && $0.refused > 0 }, "\(floods)")
            #expect(busy >= UInt64(floods.reduce(0) { $0 + $1.refused }))
        }
    }

    @Test func whoNeverReadsIsNotReadEitherAndTheOthersAreServed() async throws {
        try await onOwnThread {
            let (polite, floods, _) = try serveOthers(
                than: [false, false],
                ["--max-pending-output", "1", "--unread-timeout", "500"]
            )
            expectServed(polite, "two that never read")
            #expect(floods.allSatisfy { $0.isCut || $0.sent < 200_000 }, "\(floods)")
        }
    }

    @Test func allSortsOfThemTogetherStarveNobody() async throws {
        try await onOwnThread {
            let (polite, floods, _) = try serveOthers(
                than: [true, false, true, false],
                ["--max-in-flight", "64", "--max-pending-output", "1", "--unread-timeout", "500"]
            )
            expectServed(polite, "floods and deaf ones")
            #expect(floods.count == 4)
        }
    }

    @Test func whatCameTooLateIsNeverDecided() async throws {
        try await onOwnThread {
            let scratch = try Scratch()
            let daemon = try DaemonUnderTest.ready(scratch)
            let card = CardToken.make()
            _ = try daemon.ask(Traffic.create(card, limit: Self.cardLimit), CardCreateReply.self)
            let requests = (0..<4_000).map { _ in Traffic.authorize(card, 1) }
            var connection = try Connection(to: daemon.unix, options: DaemonUnderTest.patience)
            var indices: [UInt64: Int] = [:]
            var late: [Authorize] = []
            var decided = 0
            // All at once, so that most wait longer for their turn than the microsecond that they have.
            for first in stride(from: 0, to: requests.count, by: 500) {
                for index in first..<first + 500 {
                    indices[try connection.send(requests[index], deadlineMicroseconds: 1)] = index
                }
                for _ in 0..<500 {
                    let frame = try connection.receive()
                    let index = try #require(indices[frame.correlationID])
                    if frame.holds(AuthorizeReply.self) {
                        decided += 1
                    } else {
                        #expect(try frame.decode(Reject.self).code == .deadlinePassed)
                        late.append(requests[index])
                    }
                }
            }
            #expect(late.count > 100 && late.count + decided == requests.count)
            let fates = try ask(
                late.map { QueryByRequestID(requestID: $0.requestID, transmissionTime: $0.transmissionTime) },
                daemon.unix
            )
            #expect(try fates.allSatisfy { try $0.decode(QueryByRequestIDReply.self).found == .unknown })
            let found = try daemon.ask(CardGet(cardToken: card), CardGetReply.self).card
            #expect(found.held == Int64(decided), "what was refused holds nothing")
            try daemon.stop()
        }
    }
}
