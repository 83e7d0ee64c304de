import Domain
import Randomness
import Testing

@testable import Score

@Suite struct FeatureImageTests {
    private let bounds = FeatureBounds(cards: 3, merchants: 3, terminals: 4, pairs: 6)

    /// As a snapshot will do it: replay starts before the moment that the pieces belong to.
    @Test func piecesAndReplayGiveTheSameState() throws {
        var traffic = FeatureStoreTests.Traffic(random: .announced(for: #function))
        for round in 0..<40 {
            let payments = try (0..<160).map { _ in try traffic.payment() }
            let moment = 1 + traffic.random.below(120)
            var store = FeatureStore(bounds: bounds)
            var pieces: [[UInt8]] = []
            for (number, facts) in payments.enumerated() {
                if number == moment {
                    var cursor = FeatureStore.ImageCursor.start
                    while let piece = store.piece(after: &cursor, atMost: 2) { pieces.append(piece) }
                }
                add(facts, number, to: &store)
            }
            var restored = FeatureStore(bounds: bounds)
            for piece in pieces { try restored.restore(piece) }
            for number in traffic.random.below(moment)..<payments.count { add(payments[number], number, to: &restored) }
            #expect(restored.digest() == store.digest(), "round \(round)")
            #expect(restored.counts == store.counts)
        }
    }

    /// Two records for each payment: it, and for every third the news that it was fraud.
    private func add(_ facts: PaymentFacts, _ number: Int, to store: inout FeatureStore) {
        store.add(facts, record: LogSequenceNumber(rawValue: UInt64(number * 2 + 1)))
        guard number % 3 == 0 else { return }
        let label = FraudLabel(merchant: facts.merchant, terminal: facts.terminal, paidAt: facts.time)
        store.note(label, record: LogSequenceNumber(rawValue: UInt64(number * 2 + 2)))
    }

    @Test func damagedPiecesAreTypedErrors() throws {
        var traffic = FeatureStoreTests.Traffic(random: SeededRandom(seed: 3))
        var store = FeatureStore(bounds: bounds)
        for number in 0..<20 { add(try traffic.payment(), number, to: &store) }
        var cursor = FeatureStore.ImageCursor.start
        let piece = try #require(store.piece(after: &cursor, atMost: 1))
        for count in 0..<piece.count where count != 9 {
            var other = FeatureStore(bounds: bounds)
            #expect(throws: FeatureImageError.malformed) { try other.restore(Array(piece[..<count])) }
        }
        var other = FeatureStore(bounds: bounds)
        #expect(throws: FeatureImageError.unknownKind(9)) { try other.restore([9] + piece.dropFirst()) }
        #expect(throws: FeatureImageError.unknownKind(0)) { try other.restore([0] + piece.dropFirst()) }
        try other.restore(piece)
        #expect(throws: FeatureImageError.malformed, "the same key twice") { try other.restore(piece) }
        var small = FeatureStore(bounds: FeatureBounds(cards: 1, merchants: 1, terminals: 1, pairs: 1))
        cursor = .start
        let two = try #require(store.piece(after: &cursor, atMost: 2))
        #expect(throws: FeatureImageError.malformed, "no room") { try small.restore(two) }
    }

    /// A checksum stands before this; behind it nothing may trap all the same.
    @Test func wordsOfAnyKindNeverTrap() throws {
        var random = SeededRandom.announced(for: #function)
        var traffic = FeatureStoreTests.Traffic(random: random)
        var vector = FeatureVector()
        for _ in 0..<300 {
            var store = FeatureStore(bounds: bounds)
            let facts = try traffic.payment()
            add(facts, 1, to: &store)
            var cursor = FeatureStore.ImageCursor.start
            var wild = FeatureStore(bounds: bounds)
            while var piece = store.piece(after: &cursor, atMost: 1) {
                // Behind kind, record and key; extremes more often than chance would have them.
                for place in stride(from: 25, to: piece.count, by: 8) {
                    let word = random.pick([random.next(), 0, .max, 1 << 63, 1 << 62, UInt64(random.below(1 << 20))])
                    for byte in 0..<8 { piece[place + byte] = UInt8(truncatingIfNeeded: word >> UInt64(byte * 8)) }
                }
                try wild.restore(piece)
            }
            for number in 2..<6 {
                wild.read(facts, into: &vector)
                add(facts, number * 3, to: &wild)
            }
        }
    }
}
