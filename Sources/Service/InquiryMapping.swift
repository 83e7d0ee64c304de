import Authorization
import Domain
import Engine
import Ledger
import Projection
import Wire

// The projection's terms and the wire's.

extension PaymentEventKind {
    /// A kind of event as the projection numbers it: a `RequestKind`, or 256 plus a `LifecycleKind`.
    init(number: UInt16) {
        if let kind = UInt8(exactly: number).flatMap({ RequestKind(rawValue: $0) }) {
            self.init(kind)
        } else if number > 256, let kind = UInt8(exactly: number - 256).flatMap({ LifecycleKind(rawValue: $0) }) {
            self.init(kind)
        } else {
            self = .unknown
        }
    }

    /// The number that the projection has for it; `nil` for none.
    var number: UInt16? {
        if let kind = RequestKind.allCases.first(where: { PaymentEventKind($0) == self }) {
            return UInt16(kind.rawValue)
        }
        return LifecycleKind.allCases.first { PaymentEventKind($0) == self }.map { 256 + UInt16($0.rawValue) }
    }
}

extension ProjectionState {
    init(_ state: ProjectionFigures.State?) {
        self =
            switch state {
            case nil: .off
            case .opening: .opening
            case .following: .following
            case .catchingUp: .catchingUp
            case .waiting, .stopped: .waiting
            }
    }
}

extension PaymentCriteria {
    init(_ message: PaymentSearch) {
        self.init()
        card = message.cardToken
        from = message.from
        to = message.to
        amountMin = message.amountMin
        amountMax = message.amountMax
        currency = message.currency
        status = message.status
        outcome = message.outcome
        reason = message.reason
        kind = message.kind.map { $0.number ?? .max }
        merchant = message.merchant
        text = message.text
    }
}

extension PaymentSearchReply.PaymentsEntry {
    init(_ row: PaymentRow) {
        self.init(
            paymentID: row.lsn,
            lastLSN: row.lastLSN,
            decidedAt: row.time,
            lastAt: row.lastTime,
            cardToken: row.card,
            requestID: row.request.isZero ? nil : row.request,
            amount: row.amount,
            merchantAmount: row.merchantCurrency == nil ? nil : row.merchantAmount,
            approved: row.amounts.approved,
            reversed: row.amounts.reversed,
            expired: row.amounts.expired,
            cleared: row.amounts.cleared,
            overCleared: row.amounts.overCleared,
            refunded: row.amounts.refunded,
            disputed: row.amounts.disputed,
            flags: row.flags,
            merchantCategory: row.category,
            merchantCountry: row.country,
            currency: row.currency,
            merchantCurrency: row.merchantCurrency,
            kind: PaymentEventKind(number: row.kind),
            outcome: row.outcome,
            reason: row.reason,
            status: row.status,
            merchantID: row.merchantID,
            terminalID: row.terminalID,
            merchantName: row.merchantName,
            merchantCity: row.merchantCity
        )
    }
}

/// A question about the ledger: what it leaves out is not asked for.
protocol LedgerQuestion {
    var asOfLSN: LogSequenceNumber { get }
    var effectiveDay: Int64? { get }
    var cardToken: CardToken? { get }
    var paymentID: LogSequenceNumber { get }
    var account: LedgerAccountName? { get }
    var phase: LedgerPhase? { get }
    var currency: Currency? { get }
}

extension LedgerBalances: LedgerQuestion {}
extension LedgerEntries: LedgerQuestion {}

extension LedgerScope {
    init(_ message: some LedgerQuestion) {
        self.init()
        asOf = message.asOfLSN == .zero ? nil : message.asOfLSN
        effectiveDay = message.effectiveDay
        card = message.cardToken
        payment = message.paymentID == .zero ? nil : message.paymentID
        account = message.account.flatMap { LedgerAccount(rawValue: $0.rawValue) }
        phase = message.phase.flatMap { EntryPhase(rawValue: $0.rawValue) }
        currency = message.currency
    }
}

extension LedgerAccountName {
    /// Both have the same numbers.
    init(_ account: LedgerAccount) {
        self =
            switch account {
            case .receivable: .receivable
            case .settlement: .settlement
            case .commitment: .commitment
            case .disputes: .disputes
            case .suspense: .suspense
            case .position: .position
            }
    }
}

extension LedgerPhase {
    init(_ phase: EntryPhase) {
        self =
            switch phase {
            case .pending: .pending
            case .posted: .posted
            }
    }
}

extension Int128 {
    /// The upper half.
    var high: Int64 { Int64(truncatingIfNeeded: self >> 64) }
    /// The lower half.
    var low: UInt64 { UInt64(truncatingIfNeeded: self) }
}

extension LedgerBalancesReply.AccountsEntry {
    init(_ key: TrialBalance.Key, _ turnover: TrialBalance.Turnover) {
        self.init(
            currency: key.currency,
            phase: LedgerPhase(key.phase),
            account: LedgerAccountName(key.account),
            debitHigh: turnover.debit.high,
            debitLow: turnover.debit.low,
            creditHigh: turnover.credit.high,
            creditLow: turnover.credit.low
        )
    }
}

extension LedgerEntriesReply.EntriesEntry {
    init(_ booked: BookedEntry) {
        self.init(
            entryID: booked.id,
            paymentID: booked.payment,
            cardToken: booked.card,
            decidedAt: booked.time,
            effectiveDay: booked.day,
            amount: booked.entry.amount,
            currency: booked.entry.currency,
            account: LedgerAccountName(booked.entry.account),
            phase: LedgerPhase(booked.entry.phase),
            kind: PaymentEventKind(number: booked.kind)
        )
    }
}

extension LedgerCheckReply.DifferencesEntry {
    init(_ card: CardView, _ lsn: LogSequenceNumber, _ pending: Int128, _ posted: Int128) {
        self.init(
            cardToken: card.token,
            asOfLSN: lsn,
            held: card.balances.held,
            posted: card.balances.posted,
            pendingHigh: pending.high,
            pendingLow: pending.low,
            postedHigh: posted.high,
            postedLow: posted.low
        )
    }
}

// MARK: - Refusals

extension Reject: Error {}

extension Reject {
    /// Why the projection does not answer; the template is filled in by who knows it.
    init(_ error: ProjectionError) {
        let (code, detail): (RejectCode, String) =
            switch error {
            case .outOfTime:
                (
                    .questionTooLarge,
                    "\(error): narrow it, for example by a card, an exact amount, words of the merchant's name, or days"
                )
            case .notReady: (.notReady, "\(error); ask again in a moment")
            case .sqlite, .file, .unusable, .journal, .record, .spaceReserved:
                (.notReady, "the projection cannot answer: \(error)")
            }
        self.init(
            code: code,
            templateID: 0,
            retryAfterMicroseconds: code == .notReady ? 500_000 : 0,
            detail: detail.wireText(maximumByteCount: WireLimits.rejectDetailByteCountMax)
        )
    }

    /// Where a page of a payment's history begins at none of its events, all newer ones would have to be read first.
    init(historyTooLong templateID: UInt16) {
        self.init(
            code: .questionTooLarge,
            templateID: templateID,
            retryAfterMicroseconds: 0,
            detail: "finding where the page begins takes too long: give the nextBeforeLsn of the page before, or 0"
        )
    }

    /// There is no projection to ask.
    init(projectionOff templateID: UInt16) {
        self.init(
            code: .projectionOff,
            templateID: templateID,
            retryAfterMicroseconds: 0,
            detail: "this daemon keeps no projection: start it without --projection off"
        )
    }

    /// There are no receipts.
    init(receiptsOff templateID: UInt16) {
        self.init(
            code: .receiptsOff,
            templateID: templateID,
            retryAfterMicroseconds: 0,
            detail: "this daemon signs no audit log: start it with --audit and --audit-key"
        )
    }

    /// It stops before the question has begun.
    init(stopping templateID: UInt16) {
        self.init(
            code: .draining,
            templateID: templateID,
            retryAfterMicroseconds: 0,
            detail: "the daemon is stopping; ask again when it is back"
        )
    }

    /// The ledger lacks what came before its first record, so no card can be compared.
    init(incompleteLedger first: UInt64) {
        self.init(
            code: .historyWouldBeLost,
            templateID: LedgerCheck.templateID,
            retryAfterMicroseconds: 0,
            detail: "the ledger begins with record \(first): what was removed from the journal before is not in it, so "
                + "cards cannot be compared"
        )
    }

    /// The projection would have to be further.
    init(behind lsn: UInt64, _ wanted: UInt64) {
        self.init(
            code: .notReady,
            templateID: LedgerCheck.templateID,
            retryAfterMicroseconds: 1_000_000,
            detail: "the projection is at record \(lsn), and the cards at \(wanted); ask again when it has caught up"
        )
    }

    /// A new projection would have less than the one that there is.
    init(losing first: UInt64, _ oldest: UInt64) {
        self.init(
            code: .historyWouldBeLost,
            templateID: ProjectionRebuild.templateID,
            retryAfterMicroseconds: 0,
            detail: "the projection begins with record \(first), and the journal with \(oldest): a new one would lack "
                + "what came between; ask with acceptLoss to make it all the same"
        )
    }
}
