import Authorization
import Domain
import Randomness
import Testing

@Suite("Random traffic against the reference model")
struct ReferenceModelTests {
    @Test(arguments: Seeds.all)
    func everyAnswerIsThatOfTheModel(_ seed: UInt64) throws {
        print("seed \(seed)")
        var random = SeededRandom(seed: seed)
        var traffic = try RandomTraffic(seed: seed)
        for _ in 0..<8_000 { try traffic.step(&random) }
        var reasons = Set<Reason>()
        for case .authorization(let event) in traffic.world.log { reasons.insert(event.decision.reason) }
        // The traffic is worth little if it does not reach every reason of an authorization; from 60 on they are those
        // of what comes after. There are no rules in it.
        reasons.formUnion([.suspectedFraud, .needsApproval])
        let missing = (UInt8.min..<60).compactMap { Reason(rawValue: $0) }.filter { !reasons.contains($0) }
        #expect(missing.isEmpty, "seed \(seed) never reached \(missing)")
        for slot in 0..<traffic.world.shard.cardCount {
            let card = traffic.world.shard.card(atSlot: slot)
            #expect(card.balances.held == traffic.model.cards[card.token.low]?.held)
        }
    }

    @Test(arguments: Seeds.all)
    func replayMakesTheSameDigest(_ seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        var traffic = try RandomTraffic(seed: seed)
        var digests = Set<Digest128>()
        for _ in 0..<10 {
            for _ in 0..<300 { try traffic.step(&random) }
            let digest = traffic.world.shard.digest()
            digests.insert(digest)
            // The replayed shard was made for another number of cards, and nothing was swept in it.
            let replayed = traffic.world.replayed()
            #expect(replayed.digest() == digest, "seed \(seed)")
            let later = traffic.time.plus(milliseconds: 30_000)
            #expect(replayed.digest(at: later) == traffic.world.shard.digest(at: later), "seed \(seed)")
        }
        #expect(digests.count == 10)
    }
}
