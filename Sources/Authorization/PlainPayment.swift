import Domain

/// A payment as it is until something happens to it: authorized, held in full, nothing else. Every amount but one is
/// zero, so it takes half of a `PaymentRecord`, which can always be made from it.
struct PlainPayment: StoredPayment {
    let id: UInt64
    private let tokenHigh: UInt64
    private let tokenLow: UInt64
    private let approved: Int64
    /// When it was authorized, in microseconds since the epoch.
    private let at: Int64
    private let requestKey: UInt64
    private let lifecycleKey: UInt64
    private let traceKey: UInt64
    private let retrievalKey: UInt64
    /// The account's currency, packed, and the network above its 24 bits.
    private let currencyAndNetwork: UInt32
    private let merchantCategory: UInt16
    /// How many days after it was authorized the hold expires, and `flaggedBit`.
    private let daysAndFlag: UInt16

    private static var flaggedBit: UInt16 { 1 << 15 }
    private static var dayMicroseconds: Int64 { 86_400_000_000 }

    /// The payment, if it is one of these.
    init?(_ payment: PaymentRecord) {
        // What was taken at once, or has had another event, is none: that is said without making one to compare.
        guard payment.kind == .authorization, payment.hold == payment.approved, payment.lastLSN == payment.id else {
            return nil
        }
        self.init(
            id: payment.id,
            account: payment.account,
            approved: payment.approved,
            at: payment.lastAt,
            expiresAt: payment.expiresAt,
            keys: payment.keys,
            currency: payment.currency,
            category: payment.merchantCategory,
            network: payment.network,
            isFlagged: payment.flags.contains(.flagged)
        )
        guard record == payment else { return nil }
    }

    /// An authorization that was approved; `nil` where its hold expires at no whole number of days.
    @inline(__always)
    init?(
        id: UInt64,
        account: CardToken,
        approved: Int64,
        at: Int64,
        expiresAt: Int64,
        keys: PaymentKeys,
        currency: UInt32,
        category: UInt16,
        network: UInt8,
        isFlagged: Bool
    ) {
        let (span, isOver) = expiresAt.subtractingReportingOverflow(at)
        let days = span / Self.dayMicroseconds
        guard !isOver, approved > 0, days >= 0, days < Int64(Self.flaggedBit), days * Self.dayMicroseconds == span
        else { return nil }
        self.id = id
        tokenHigh = account.high
        tokenLow = account.low
        self.approved = approved
        self.at = at
        requestKey = keys.request
        lifecycleKey = keys.lifecycle
        traceKey = keys.trace
        retrievalKey = keys.retrieval
        currencyAndNetwork = currency & 0xFF_FFFF | UInt32(network) << 24
        merchantCategory = category
        daysAndFlag = UInt16(truncatingIfNeeded: days) | (isFlagged ? Self.flaggedBit : 0)
    }

    var hold: Int64 { approved }

    var expiresAt: Int64 { at + Int64(daysAndFlag & ~Self.flaggedBit) * Self.dayMicroseconds }

    var record: PaymentRecord {
        var payment = PaymentRecord(
            account: CardToken(high: tokenHigh, low: tokenLow),
            currency: currencyAndNetwork & 0xFF_FFFF,
            kind: .authorization,
            category: merchantCategory,
            network: UInt8(truncatingIfNeeded: currencyAndNetwork >> 24)
        )
        payment.id = id
        payment.approved = approved
        payment.base = approved
        payment.expiresAt = expiresAt
        payment.lastLSN = id
        payment.lastAt = at
        payment.requestKey = requestKey
        payment.lifecycleKey = lifecycleKey
        payment.traceKey = traceKey
        payment.retrievalKey = retrievalKey
        payment.flags = daysAndFlag & Self.flaggedBit == 0 ? .counted : [.counted, .flagged]
        return payment
    }
}

/// What lies in segments in the order of payments.
protocol StoredItem: BitwiseCopyable {
    /// The journal record of the payment's first event.
    var id: UInt64 { get }
    /// What is held, in minor units.
    var hold: Int64 { get }
    /// When the hold expires, in microseconds since the epoch.
    var expiresAt: Int64 { get }
}

/// A payment as it lies in memory.
protocol StoredPayment: StoredItem {
    /// The payment in full.
    var record: PaymentRecord { get }
}

extension PaymentRecord: StoredPayment {
    var record: PaymentRecord { self }
}
