import Client
import Domain
import Platform
import Testing
import Wire

/// Proves that a card cannot be overspent, however many ask at once, over real sockets of both kinds.
@Suite struct NoOverspendTests {
    private static let connectionCount = 32
    private static let amount: Int64 = 730

    @Test(.timeLimit(.minutes(20)))
    func parallelRequestsOverThirtyTwoConnectionsSpendALimitExactly() async throws {
        try await onOwnThread {
            let scratch = try Scratch()
            let daemon = try DaemonUnderTest.ready(scratch)
            for count in [10, 100, 1_000, 10_000] {
                let card = CardToken.make()
                // Room for half of them, and for all but one minor unit of another one.
                let limit = Self.amount * Int64(count / 2) + Self.amount - 1
                _ = try daemon.ask(Traffic.create(card, limit: limit), CardCreateReply.self)
                let replies = try race(count, card, daemon)
                #expect(replies.count == count)
                let approved = replies.filter { $0.decision.outcome != .declined }
                #expect(approved.count == Int(limit / Self.amount), "\(count) requests")
                #expect(approved.allSatisfy { $0.decision.approvedAmount == Self.amount })
                let declined = replies.filter { $0.decision.outcome == .declined }
                #expect(
                    declined.allSatisfy { $0.decision.reason == .insufficientFunds && $0.decision.approvedAmount == 0 }
                )
                // Each answer shows the balance after it: the approvals, in their order, count up without a gap.
                let held = approved.sorted { $0.decision.lsn < $1.decision.lsn }.map { $0.decision.held }
                #expect(held == (1...count / 2).map { Int64($0) * Self.amount })
                let state = try daemon.ask(CardGet(cardToken: card), CardGetReply.self).card
                #expect(state.held == Int64(count / 2) * Self.amount)
                #expect(state.available == Self.amount - 1)
            }
            let before = try daemon.ask(Digest(), DigestReply.self)
            try daemon.stop()
            let verified = try DaemonUnderTest.ready(scratch, ["--verify"])
            #expect(try verified.ask(Digest(), DigestReply.self) == before)
            try verified.stop()
        }
    }

    /// Everybody connects and writes requests down, then all send at once.
    private func race(_ count: Int, _ card: CardToken, _ daemon: DaemonUnderTest) throws -> [AuthorizeReply] {
        let barrier = Barrier(Self.connectionCount)
        let tcp = try daemon.tcp
        let results = try inParallel(Self.connectionCount) { index -> Result<[AuthorizeReply], ClientError> in
            let share = (count + Self.connectionCount - 1 - index) / Self.connectionCount
            return Result { () throws(ClientError) in
                var hasMet = false
                defer { if !hasMet { barrier.arrive() } }
                let endpoint = index % 2 == 0 ? tcp : daemon.unix
                var connection = try Connection(to: endpoint, options: DaemonUnderTest.patience)
                let requests = (0..<share).map { _ in Traffic.authorize(card, Self.amount) }
                let frames = try connection.answers(to: requests, window: 512) {
                    hasMet = true
                    barrier.wait()
                }
                var replies: [AuthorizeReply] = []
                for frame in frames { replies.append(try connection.decode(frame, as: AuthorizeReply.self)) }
                return replies
            }
        }
        return try results.flatMap { try $0.get() }
    }
}
