import Client
import Domain
import Glibc
import Platform
import Randomness
import Testing
import Wire

/// Proves that stopping in order under load answers everything that was accepted.
@Suite struct StopUnderLoadTests {
    @Test(.timeLimit(.minutes(20)))
    func sigtermUnderLoadAnswersEveryAcceptedRequest() async throws {
        try await onOwnThread {
            let scratch = try Scratch()
            var random = SeededRandom.announced(for: "SIGTERM under load")
            let ledger = Ledger()
            let cards = (0..<4).map { _ in CardToken.make() }
            for round in 0..<5 {
                ledger.context = "SIGTERM round \(round) seed \(random.seed)"
                let daemon = try DaemonUnderTest.ready(scratch)
                if round == 0 {
                    for card in cards { _ = try daemon.ask(Traffic.create(card, limit: 200_000), CardCreateReply.self) }
                }
                let outcomes = try stopUnderLoad(daemon, cards, &random)
                let exchanges = outcomes.flatMap(\.exchanges)
                #expect(try daemon.process.waitForEnd() == .exited(0), "\(ledger.context): \(daemon.process.report)")
                #expect(outcomes.contains { $0.wasToldToGo }, "\(ledger.context): the clients were told")

                let restarted = try DaemonUnderTest.ready(scratch)
                #expect(try restarted.recovery("closed_in_order") == "true")
                #expect(try restarted.recovery("torn_tail_bytes") == "0")
                let status = try restarted.ask(Status(), StatusReply.self)
                let decidedCount = exchanges.count { $0.reply != nil }
                let known = UInt64(ledger.payments.count + cards.count)
                // One more record than answers would be a payment that was executed and never answered.
                #expect(
                    status.recoveredRecords == known + UInt64(decidedCount),
                    "\(ledger.context): of \(exchanges.count) requests \(decidedCount) were decided"
                )
                try ledger.settle(exchanges, restarted)
                try ledger.checkHistory()
                try restarted.stop()
            }
        }
    }

    /// Stops the daemon at the Nth event of four connections.
    private func stopUnderLoad(
        _ daemon: DaemonUnderTest,
        _ cards: [CardToken],
        _ random: inout SeededRandom
    ) throws -> [GatewayLoad.Outcome] {
        let tcp = try daemon.tcp
        let loads = (0..<4).map { index in
            GatewayLoad(
                endpoint: index % 2 == 0 ? tcp : daemon.unix,
                requests: (0..<8_000).map { _ in
                    Traffic.authorize(cards.randomElement(using: &random) ?? cards[0], 100)
                },
                window: 64
            )
        }
        let countdown = Countdown(.random(in: 200...1_200, using: &random)) { daemon.process.signal(SIGTERM) }
        return try inParallel(loads.count) { index in loads[index].run { countdown.notice() } }
    }
}
