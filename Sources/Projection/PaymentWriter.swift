internal import Authorization
internal import Domain
internal import GRDB
internal import Ledger

/// Writes the rows of payments: as they stand after an event.
///
/// One thread, and not longer than the connection.
final class PaymentWriter {
    private static let insert = """
        INSERT INTO payment VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """
    private static let moved = """
        last_lsn = excluded.last_lsn, last_at = excluded.last_at, status = excluded.status, flags = excluded.flags,
        approved = excluded.approved, reversed = excluded.reversed, expired = excluded.expired,
        cleared = excluded.cleared, over_cleared = excluded.over_cleared, refunded = excluded.refunded,
        disputed = excluded.disputed
        """
    private static let described = """
        card = excluded.card, merchant = excluded.merchant, kind = excluded.kind, outcome = excluded.outcome,
        reason = excluded.reason, amount = excluded.amount, merchant_currency = excluded.merchant_currency,
        merchant_amount = excluded.merchant_amount, category = excluded.category, country = excluded.country,
        merchant_id = excluded.merchant_id, terminal_id = excluded.terminal_id, request = excluded.request
        """

    /// A payment that is new.
    private let add: RowStatement
    /// A payment whose authorization has come to what was there: from now on it looks as if it had been first.
    private let join: RowStatement
    /// A payment that something happened to.
    private let move: RowStatement

    init(_ database: Database) throws {
        add = try RowStatement(database, Self.insert)
        join = try RowStatement(database, "\(Self.insert) ON CONFLICT DO UPDATE SET \(Self.moved), \(Self.described)")
        move = try RowStatement(database, "\(Self.insert) ON CONFLICT DO UPDATE SET \(Self.moved)")
    }

    /// Writes the payment that a decision made or joined, or the decision alone where there is none.
    func add(
        _ event: borrowing AuthorizationEvent,
        _ payment: PaymentRecord?,
        lsn: LogSequenceNumber,
        card: Int64,
        merchant: Int64
    ) throws(ProjectionError) {
        let statement = event.decision.joined == nil ? add : join
        let request = event.request
        let decision = event.decision
        statement.bind(payment.map { LogSequenceNumber(rawValue: $0.id) } ?? lsn)
        statement.bind(lsn)
        statement.bind(event.time.microseconds)
        statement.bind(event.time.microseconds)
        statement.bind(card)
        statement.bind(merchant)
        statement.bind(Int64(request.kind.rawValue))
        statement.bind(Int64(decision.outcome.rawValue))
        statement.bind(Int64(decision.reason.rawValue))
        let status = payment?.status ?? (decision.outcome == .declined ? .declined : .verified)
        statement.bind(Int64(status.rawValue))
        statement.bind(Int64(payment?.flags.rawValue ?? 0))
        statement.bind(event.observation.currency ?? request.currency)
        statement.bind(request.kind.hasAmount ? request.amount : nil)
        bind(payment.map { PaymentAmounts($0) } ?? PaymentAmounts(), to: statement)
        statement.bind(request.merchantCurrency)
        statement.bind(request.merchantCurrency == nil ? nil : request.merchantAmount)
        statement.bind(Int64(request.merchantCategory.code))
        statement.bind(request.merchantCountry.description)
        statement.bind(request.merchantID)
        statement.bind(request.terminalID)
        statement.bind(request.requestID)
        try statement.run()
    }

    /// Writes a payment that an event made or changed; where there is none, the event alone.
    ///
    /// - Parameter unmatched: What it moved although there is no payment.
    func add(
        _ event: borrowing LifecycleEvent,
        _ payment: PaymentRecord?,
        unmatched: PaymentAmounts,
        lsn: LogSequenceNumber,
        card: Int64,
        merchant: Int64
    ) throws(ProjectionError) {
        let request = event.request
        move.bind(payment.map { LogSequenceNumber(rawValue: $0.id) } ?? lsn)
        move.bind(lsn)
        move.bind(event.time.microseconds)
        move.bind(event.time.microseconds)
        move.bind(card)
        move.bind(merchant)
        move.bind(request.kind.number)
        move.bind(Int64(event.outcome.rawValue))
        move.bind(Int64(event.reason.rawValue))
        let status = payment?.status ?? (event.outcome == .declined ? .declined : request.kind.unmatchedStatus)
        move.bind(Int64(status.rawValue))
        move.bind(Int64(payment?.flags.rawValue ?? 0))
        let currency = payment.flatMap { Currency(packed: $0.currency) }
        move.bind(currency ?? request.currency ?? event.observation.currency)
        move.bind(request.amount)
        bind(payment.map { PaymentAmounts($0) } ?? unmatched, to: move)
        move.bind(request.merchantCurrency)
        move.bind(request.merchantCurrency == nil ? nil : request.merchantAmount)
        move.bind(Int64(request.merchantCategory.code))
        move.bind(request.merchantCountry.description)
        move.bind(request.merchantID)
        move.bind(request.terminalID)
        move.bind(request.requestID)
        try move.run()
    }

    private func bind(_ amounts: PaymentAmounts, to statement: RowStatement) {
        statement.bind(amounts.approved)
        statement.bind(amounts.reversed)
        statement.bind(amounts.expired)
        statement.bind(amounts.cleared)
        statement.bind(amounts.overCleared)
        statement.bind(amounts.refunded)
        statement.bind(amounts.disputed)
    }
}

extension LifecycleKind {
    /// Where money stands that this reported for a card that is not there.
    fileprivate var unmatchedStatus: PaymentStatus {
        switch self {
        case .clearing, .clearingReversal: .forcePosted
        case .refundClearing: .refunded
        case .chargeback, .representment: .disputed
        case .increment, .refundAuthorization, .advice, .completion, .reversal, .reversalAdvice, .fraudReport, .expiry:
            .awaitingAuthorization
        }
    }
}
