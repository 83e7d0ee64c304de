import Domain
import Randomness
import Testing

@testable import Score

@Suite struct FeatureImageTests {
    /// One or two sets of eight of each kind in a shard.
    private static let bounds = [1, 2_049].map {
        FeatureBounds(cards: $0, merchants: $0, terminals: $0, pairs: $0)
    }

    /// Two records for each payment: it, and for every third the news that it was fraud.
    private struct Records {
        let uses: [(payment: FeatureUse, label: FraudLabelUse?)]

        init(_ traffic: inout FeatureStoreTests.Traffic, count: Int) throws {
            uses = try (0..<count).map { number in
                let facts = try traffic.payment()
                let label = FraudLabel(merchant: facts.merchant, terminal: facts.terminal, paidAt: facts.time)
                return (FeatureUse(facts), number % 3 == 0 ? FraudLabelUse(label) : nil)
            }
        }

        func add(_ number: Int, to shard: inout FeatureShard) {
            let record = LogSequenceNumber(rawValue: UInt64(number * 2 + 1))
            shard.addToCard(uses[number].payment, record: record)
            shard.addToPlace(uses[number].payment, record: record)
            if let label = uses[number].label { shard.note(label, record: record.next) }
        }
    }

    private func copy(
        _ cursor: inout FeatureShard.ImageCursor,
        of shard: borrowing FeatureShard,
        byteCount: Int = FeatureShard.pieceByteCountLeast
    ) -> (kind: UInt8, bytes: [UInt8]) {
        var bytes = [UInt8](repeating: 0, count: byteCount)
        let written = bytes.withUnsafeMutableBytes { shard.encode(&cursor, into: $0) }
        return (written.kind, Array(bytes[..<written.byteCount]))
    }

    private func restore(
        _ piece: (kind: UInt8, bytes: [UInt8]),
        into shard: inout FeatureShard
    ) throws(FeatureImageError) {
        let bytes = piece.bytes
        var failure: FeatureImageError?
        bytes.withUnsafeBytes { bytes in
            do throws(FeatureImageError) { try shard.restore(bytes, kind: piece.kind) } catch { failure = error }
        }
        if let failure { throw failure }
    }

    /// As a snapshot does it: payments come in between the pieces, and replay starts before the first of them.
    @Test func piecesOfManyMomentsAndReplayGiveTheSameState() throws {
        var traffic = FeatureStoreTests.Traffic(
            random: .announced(for: #function),
            cards: 30,
            places: (merchants: 25, terminals: 3)
        )
        for round in 0..<60 {
            let bounds = Self.bounds[round % 2]
            let records = try Records(&traffic, count: 240)
            let start = 1 + traffic.random.below(160)
            var shard = FeatureShard(bounds: bounds)
            var pieces: [(kind: UInt8, bytes: [UInt8])] = []
            var cursor = FeatureShard.ImageCursor()
            for number in 0..<240 {
                if number >= start, !cursor.isAtEnd, traffic.random.percent(30) {
                    pieces.append(copy(&cursor, of: shard))
                }
                records.add(number, to: &shard)
            }
            while !cursor.isAtEnd { pieces.append(copy(&cursor, of: shard)) }
            var restored = FeatureShard(bounds: bounds)
            for piece in pieces { try restore(piece, into: &restored) }
            for number in traffic.random.below(start)..<240 { records.add(number, to: &restored) }
            #expect(restored.digest() == shard.digest(), "round \(round)")
            #expect(restored.counts == shard.counts)
        }
    }

    @Test func damagedPiecesAreTypedErrors() throws {
        var traffic = FeatureStoreTests.Traffic(random: SeededRandom(seed: 3))
        let records = try Records(&traffic, count: 20)
        var shard = FeatureShard(bounds: Self.bounds[1])
        for number in 0..<20 { records.add(number, to: &shard) }
        var cursor = FeatureShard.ImageCursor()
        let piece = copy(&cursor, of: shard)
        #expect(piece.kind == 1 && !piece.bytes.isEmpty)
        let whole = shard.cards.imageByteCount
        for count in 1..<piece.bytes.count where count % whole != 0 {
            var other = FeatureShard(bounds: Self.bounds[1])
            #expect(throws: FeatureImageError.malformed) {
                try restore((1, Array(piece.bytes[..<count])), into: &other)
            }
        }
        var other = FeatureShard(bounds: Self.bounds[1])
        #expect(throws: FeatureImageError.unknownKind(9)) { try restore((9, piece.bytes), into: &other) }
        #expect(throws: FeatureImageError.unknownKind(0)) { try restore((0, piece.bytes), into: &other) }
        try restore(piece, into: &other)
        #expect(throws: FeatureImageError.malformed, "the same set twice") { try restore(piece, into: &other) }
        var beyond = piece
        beyond.bytes[7] = 0x80
        var another = FeatureShard(bounds: Self.bounds[1])
        #expect(throws: FeatureImageError.malformed, "no such set") { try restore(beyond, into: &another) }
    }

    /// A checksum stands before this; behind it nothing may trap all the same.
    @Test func wordsOfAnyKindNeverTrap() throws {
        var random = SeededRandom.announced(for: #function)
        var traffic = FeatureStoreTests.Traffic(random: random)
        let vector = FeatureVector()
        for _ in 0..<300 {
            var shard = FeatureShard(bounds: Self.bounds[0])
            let records = try Records(&traffic, count: 6)
            records.add(0, to: &shard)
            var cursor = FeatureShard.ImageCursor()
            var wild = FeatureShard(bounds: Self.bounds[0])
            while !cursor.isAtEnd {
                var piece = copy(&cursor, of: shard)
                // Behind the set's number, its record, the marks and the key of the only history; extremes more often
                // than chance would have them.
                for place in stride(from: 56, to: piece.bytes.count, by: 8) {
                    let word = random.pick([random.next(), 0, .max, 1 << 63, 1 << 62, UInt64(random.below(1 << 20))])
                    for byte in 0..<8 {
                        piece.bytes[place + byte] = UInt8(truncatingIfNeeded: word >> UInt64(byte * 8))
                    }
                }
                try restore(piece, into: &wild)
            }
            for number in 1..<6 {
                wild.readCard(records.uses[0].payment, into: vector)
                wild.readPlace(records.uses[0].payment, into: vector)
                records.add(number, to: &wild)
            }
        }
    }
}
