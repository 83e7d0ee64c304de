import CAllocationCounter
import Domain
import Foundation
import Randomness
import Testing

@testable import Score

@Suite struct FeatureStoreTests {
    /// A few cards at a few places, hours apart, with amounts of a few cents to millions.
    struct Traffic {
        var random: SeededRandom
        var time: Int64 = 1_700_000_000_000_000
        /// How many cards and places there are, one of the latter not said.
        var cards = 4
        var places = (merchants: 4, terminals: 5)

        mutating func payment() throws -> PaymentFacts {
            time += Int64(random.below(40_000_000)) * Int64(random.pick([1, 60, 3_600]))
            let merchant = random.below(places.merchants)
            let terminal = random.below(places.terminals)
            let country: String? = random.pick(["DE", "FR", "US", "JP", "BR", "SE", nil])
            return PaymentFacts(
                card: CardToken(high: 0, low: UInt64(random.below(cards))),
                merchant: merchant == 0 ? Text16() : try #require(Text16("shop \(merchant)")),
                terminal: terminal == 0 ? Text16() : try #require(Text16("T\(terminal)")),
                country: country.flatMap { Country($0) },
                amount: Int64(random.below(random.pick([100, 10_000, 1_000_000_000]))),
                time: Instant(microseconds: time)
            )
        }
    }

    /// The unit of a feature's number, and how far it may be from the oracle's.
    private func unit(_ name: String) -> (scale: Double, tolerance: Double) {
        switch name.split(separator: ".")[1] {
        case "minuteOfDay", "weekday", "countryRank", "terminalRank", "newestAge": (1, 0)
        case "deviation": (256, 8)
        case "surgesDays", "surgesFortnight": (65_536, 400)
        default: (65_536, 12)
        }
    }

    @Test func everyFeatureIsWhatAddingUpGives() throws {
        var traffic = Traffic(random: .announced(for: #function))
        var store = FeatureStore(bounds: .standard)
        var oracle = FeatureOracle()
        let vector = FeatureVector()
        var record: UInt64 = 0
        var seen: Set<String> = []
        for number in 0..<600 {
            let facts = try traffic.payment()
            store.read(facts, into: vector)
            let expected = oracle.features(facts)
            for (index, name) in Feature.names.enumerated() {
                // Runs of frauds have a test of their own.
                if ["sinceFraud", "sinceRunStart", "runFrauds"].contains(name.split(separator: ".")[1]) { continue }
                guard let expected = expected[name] else {
                    #expect(vector[index] == -1, "\(name) of payment \(number)")
                    continue
                }
                seen.insert(name)
                var (scale, tolerance) = unit(name)
                // A 256th of a minor unit, which is more of small sums.
                if name.hasPrefix("card.money") { tolerance += 65_536 / 177 / exp2(expected) }
                let most = Double(ScoreLimits.featureValueMax)
                let difference = Double(vector[index]) - min(most, max(-most, expected * scale))
                #expect(abs(difference) <= tolerance, "\(name) of payment \(number): \(vector[index]), \(expected)")
            }
            record += 1
            store.add(facts, record: LogSequenceNumber(rawValue: record))
            oracle.add(facts)
            if traffic.random.percent(20) {
                record += 1
                let fraud = max(0, number - traffic.random.below(60))
                guard let label = oracle.label(fraud) else { continue }
                store.note(label, record: LogSequenceNumber(rawValue: record))
            }
        }
        #expect(seen.count == Feature.count - 6, "every feature had a value once")
    }

    @Test func aRunOfFraudsHasAStartAndALength() throws {
        var store = FeatureStore(bounds: .standard)
        let vector = FeatureVector()
        let day: Int64 = 86_400_000_000
        let terminal = try #require(Text16("T1"))
        func facts(_ time: Int64) -> PaymentFacts {
            PaymentFacts(
                card: CardToken(high: 0, low: 1),
                merchant: Text16(),
                terminal: terminal,
                country: nil,
                amount: 100,
                time: Instant(microseconds: time)
            )
        }
        func read(_ name: String, at time: Int64) throws -> Int32 {
            store.read(facts(time), into: vector)
            return vector[try #require(Feature(name: "terminal.\(name)"))]
        }
        let days = [100, 101, 103, 120, 122].map { Int64($0) * day }
        for (number, time) in days.enumerated() {
            store.add(facts(time), record: LogSequenceNumber(rawValue: UInt64(number + 1)))
        }
        #expect(try read("sinceFraud", at: 125 * day) == -1)
        #expect(try read("runFrauds", at: 125 * day) == 0)
        func note(_ time: Int64, _ record: UInt64) {
            let label = FraudLabel(merchant: Text16(), terminal: terminal, paidAt: Instant(microseconds: time))
            store.note(label, record: LogSequenceNumber(rawValue: record))
        }
        // Labels out of order: the run begins with its first payment, whenever that became known.
        note(days[1], 10)
        note(days[0], 11)
        note(days[2], 12)
        let now = 125 * day
        #expect(try read("runFrauds", at: now) == 2 << 16, "the logarithm of 1 + 3")
        #expect(try read("sinceFraud", at: now) == FixedPoint.logarithm(22 * day / 1_000))
        #expect(try read("sinceRunStart", at: now) == FixedPoint.logarithm(25 * day / 1_000))
        // After more than six days without one, another run begins.
        note(days[3], 13)
        #expect(try read("runFrauds", at: now) == 1 << 16)
        #expect(try read("sinceRunStart", at: now) == FixedPoint.logarithm(5 * day / 1_000))
    }

    @Test func replayGivesTheSameStateAndFeatures() throws {
        let seed = SeededRandom.freshSeed()
        let first = try run(seed)
        #expect(try run(seed) == first)
        #expect(try run(seed &+ 1) != first)
    }

    /// With many more owners than there is room for.
    private func run(_ seed: UInt64) throws -> [UInt64] {
        var traffic = Traffic(random: SeededRandom(seed: seed), cards: 4_000, places: (3_000, 3))
        var store = FeatureStore(bounds: FeatureBounds(cards: 1, merchants: 1, terminals: 1, pairs: 1))
        let vector = FeatureVector()
        var seen = Digest128()
        for record in 1...8_000 as ClosedRange<UInt64> {
            let facts = try traffic.payment()
            store.read(facts, into: vector)
            for index in 0..<Feature.count { seen.combine(UInt64(bitPattern: Int64(vector[index])), 0) }
            store.add(facts, record: LogSequenceNumber(rawValue: record))
        }
        let digest = store.digest()
        return [seen.high, seen.low, digest.high, digest.low]
    }

    @Test func ofASetWhoIsSilentLongestIsForgotten() throws {
        var shard = FeatureShard(bounds: FeatureBounds(cards: 1, merchants: 1, terminals: 1, pairs: 1))
        let vector = FeatureVector()
        let age = try #require(Feature(name: "card.age"))
        func use(_ card: UInt64) throws -> FeatureUse {
            FeatureUse(
                PaymentFacts(
                    card: CardToken(high: 0, low: card),
                    merchant: try #require(Text16("m\(card % 977)")),
                    terminal: try #require(Text16("t\(card % 1_009)")),
                    country: nil,
                    amount: 1,
                    time: Instant(microseconds: 1_000_000)
                )
            )
        }
        func isKnown(_ card: UInt64) throws -> Bool {
            shard.readCard(try use(card), into: vector)
            return vector[age] >= 0
        }
        var record: UInt64 = 0
        for card in 0..<2_000 as Range<UInt64> {
            record += 2
            // Card 0 is seen again and again, and stays.
            for (card, record) in [(0, record - 1), (card, record)] {
                shard.addToCard(try use(card), record: LogSequenceNumber(rawValue: record))
                shard.addToPlace(try use(card), record: LogSequenceNumber(rawValue: record))
            }
            let first = card < 8 ? 1 : card - 6
            for known in first...max(first, card) { #expect(try isKnown(known) == (known <= card)) }
            if card >= 8 { #expect(try !isKnown(first - 1)) }
            #expect(try isKnown(0))
        }
        #expect(shard.counts == FeatureBounds(cards: 8, merchants: 8, terminals: 8, pairs: 8))
    }

    @Test func memoryIsBoundedAndNearlyAllOfItIsUsed() throws {
        let bounds = FeatureBounds(cards: 8_192, merchants: 2_048, terminals: 4_096, pairs: 16_384)
        var store = FeatureStore(bounds: bounds)
        var random = SeededRandom.announced(for: #function)
        for record in 1...60_000 as ClosedRange<UInt64> {
            let facts = PaymentFacts(
                card: CardToken(high: random.next(), low: random.next()),
                merchant: Text16(low: random.next() | 1),
                terminal: Text16(low: random.next() | 1),
                country: nil,
                amount: 1,
                time: Instant(microseconds: 1_000_000)
            )
            store.add(facts, record: LogSequenceNumber(rawValue: record))
        }
        #expect(store.counts.cards > bounds.cards * 95 / 100 && store.counts.cards <= bounds.cards)
        #expect(store.counts.pairs > bounds.pairs * 85 / 100 && store.counts.pairs <= bounds.pairs)
        #expect(store.counts.merchants == bounds.merchants)
        #expect(store.byteCount <= bounds.byteCountMax && store.byteCount > bounds.byteCountMax * 95 / 100)
    }

    @Test func aPaymentAllocatesNothing() throws {
        guard assent_allocations_are_counted() else { return }
        var traffic = Traffic(random: SeededRandom(seed: 7))
        var store = FeatureStore(bounds: .standard)
        let vector = FeatureVector()
        let payments = try (0..<200).map { _ in try traffic.payment() }
        func pass(_ round: UInt64) {
            // An iterator would allocate in a debug build.
            for number in 0..<payments.count {
                store.read(payments[number], into: vector)
                store.add(payments[number], record: LogSequenceNumber(rawValue: round * 1_000 + UInt64(number) + 1))
            }
        }
        pass(0)
        let before = assent_allocation_count()
        pass(1)
        #expect(assent_allocation_count() == before)
    }

    @Test func whateverIsAskedNothingTraps() throws {
        var store = FeatureStore(bounds: FeatureBounds(cards: 1, merchants: 1, terminals: 1, pairs: 1))
        let vector = FeatureVector()
        var record: UInt64 = 0
        let merchant = try #require(Text16("m"))
        for time in [Int64.min, -1, 0, 1, 1_700_000_000_000_000, Int64.max, 5] {
            for amount in [Int64.min, -1, 0, 1, 1_000_000_000_000_000, Int64.max] {
                for card in [0, UInt64.max] {
                    record += 2
                    let facts = PaymentFacts(
                        card: CardToken(high: card, low: card),
                        merchant: merchant,
                        terminal: merchant,
                        country: nil,
                        amount: amount,
                        time: Instant(microseconds: time)
                    )
                    store.read(facts, into: vector)
                    store.add(facts, record: LogSequenceNumber(rawValue: record))
                    let label = FraudLabel(merchant: merchant, terminal: merchant, paidAt: facts.time)
                    store.note(label, record: LogSequenceNumber(rawValue: record + 1))
                }
            }
        }
        let most = ScoreLimits.featureValueMax
        for index in 0..<Feature.count { #expect((-most...most).contains(vector[index])) }
    }
}
