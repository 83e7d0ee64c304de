import Authorization
import Domain
import Platform

/// How far a snapshot has come with one card shard, after its cards were copied once.
struct ShardProgress {
    typealias Piece = SnapshotWriter.Piece

    /// The first card that was not copied yet: cards that were made meanwhile.
    var nextSlot: Int
    /// The first payment that was not copied yet.
    var nextPayment = LogSequenceNumber.zero
    /// What is to be copied again.
    var touched = TouchedItems()
    /// Whether `touched` has everything once, or is small.
    var isSorted = true
    /// Whether the last look found nothing that was not copied once.
    private(set) var isAtEnd = false

    init(nextSlot: Int) { self.nextSlot = nextSlot }

    /// Copies a piece of what was not copied yet. Cards first, so that no payment comes before its card.
    mutating func copyNew(
        _ shard: borrowing CardShard,
        into cardRoom: UnsafeMutableRawBufferPointer,
        _ cards: inout (count: Int, byteCount: Int),
        _ paymentRoom: UnsafeMutableRawBufferPointer,
        _ payments: inout (count: Int, byteCount: Int)
    ) {
        let room = UnsafeMutableRawBufferPointer(rebasing: cardRoom[cards.byteCount...])
        let made = shard.encodeImages(from: nextSlot, countMax: Piece.cards, into: room)
        cards = (cards.count + made.next - nextSlot, cards.byteCount + made.byteCount)
        nextSlot = made.next
        isAtEnd = false
        guard nextSlot == shard.cardCount else { return }
        var copied = payments
        var last = nextPayment
        let next = shard.forEachPayment(from: nextPayment, limit: Piece.payments) { payment in
            Self.put(payment, into: paymentRoom, &copied)
            last = LogSequenceNumber(rawValue: payment.id + 1)
        }
        payments = copied
        nextPayment = next ?? last
        isAtEnd = next == nil
    }

    /// Copies a piece of what was touched, behind what was copied before into the same rooms.
    mutating func copyTouched(
        _ shard: borrowing CardShard,
        into cardRoom: UnsafeMutableRawBufferPointer,
        _ cards: inout (count: Int, byteCount: Int),
        _ paymentRoom: UnsafeMutableRawBufferPointer,
        _ payments: inout (count: Int, byteCount: Int)
    ) {
        let end = (cards: cards.count + Piece.touchedCards, payments: payments.count + Piece.touchedPayments)
        while cards.count < end.cards, let token = touched.cards.last {
            let room = UnsafeMutableRawBufferPointer(rebasing: cardRoom[cards.byteCount...])
            guard room.count >= CardShard.imageByteCountMax else { return }
            touched.cards.removeLast()
            let byteCount = shard.encodeImage(of: token, into: room)
            if byteCount > 0 { cards = (cards.count + 1, cards.byteCount + byteCount) }
        }
        guard touched.cards.isEmpty else { return }
        while payments.count < end.payments, let id = touched.payments.popLast() {
            guard let payment = shard.payment(LogSequenceNumber(rawValue: id)) else { continue }
            Self.put(payment, into: paymentRoom, &payments)
        }
    }

    private static func put(
        _ payment: PaymentRecord,
        into room: UnsafeMutableRawBufferPointer,
        _ copied: inout (count: Int, byteCount: Int)
    ) {
        room.storeBytes(of: payment, toByteOffset: copied.byteCount, as: PaymentRecord.self)
        copied = (copied.count + 1, copied.byteCount + PaymentRecord.byteCount)
    }

    /// Makes `touched` have everything once.
    mutating func sort() {
        guard !isSorted else { return }
        isSorted = true
        touched.cards.sort { ($0.high, $0.low) < ($1.high, $1.low) }
        touched.cards = Self.distinct(touched.cards)
        touched.payments.sort()
        touched.payments = Self.distinct(touched.payments)
    }

    private static func distinct<Element: Equatable>(_ sorted: [Element]) -> [Element] {
        guard var kept = sorted.first.map({ [$0] }) else { return [] }
        for element in sorted where element != kept[kept.count - 1] { kept.append(element) }
        return kept
    }
}

/// What the end of a card shard's section says.
struct ShardEnd {
    let lsn: UInt64
    let cardCount: Int
    let paymentCount: Int
    private let lastTime: Instant
    private let latestEventTime: Instant
    private let absentPayments: Digest128

    init(_ cell: borrowing CardCell, lsn: UInt64) {
        self.lsn = lsn
        cardCount = cell.shard.cardCount
        paymentCount = cell.shard.paymentCount
        lastTime = cell.lastTime
        latestEventTime = cell.shard.latestEventTime
        absentPayments = cell.shard.absentPaymentsDigest
    }

    /// - Returns: how many bytes were written.
    func encode(into buffer: UnsafeMutableRawBufferPointer) -> Int {
        buffer.storeBytes(of: lastTime.microseconds, as: Int64.self)
        buffer.storeBytes(of: latestEventTime.microseconds, toByteOffset: 8, as: Int64.self)
        buffer.storeBytes(of: absentPayments.high, toByteOffset: 16, as: UInt64.self)
        buffer.storeBytes(of: absentPayments.low, toByteOffset: 24, as: UInt64.self)
        return 32
    }
}
