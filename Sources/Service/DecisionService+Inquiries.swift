import Authorization
import Domain
import Engine
import Journal
import Ledger
import Platform
import Projection
import Transport
import Wire

// Questions that may take seconds: the projection answers them, on threads of their own.

extension DecisionService {
    /// How long a question waits for the projection to have the record that it names.
    private static let freshnessMilliseconds: Int64 = 2_000

    /// How long it looks for the events of a payment's page.
    private static let historyMilliseconds: Int64 = 2_500

    /// Handles a template that asks the projection, or about it.
    func inquire(
        _ template: AdministrationTemplate,
        _ frame: borrowing RequestFrame,
        _ replies: inout ReplySink
    ) throws(WireError) {
        switch template {
        case .paymentHistory:
            let message = try PaymentHistory(decoding: frame.body, header: frame.header)
            inquire(frame, &replies) { $0.history(message, $1, $2) }
        case .paymentSearch:
            let message = try PaymentSearch(decoding: frame.body, header: frame.header)
            inquire(frame, &replies) { (service, projection) throws(Reject) in try service.search(message, projection) }
        case .ledgerBalances:
            let message = try LedgerBalances(decoding: frame.body, header: frame.header)
            inquire(frame, &replies) { (service, projection) throws(Reject) in
                try service.balances(message, projection)
            }
        case .ledgerEntries:
            let message = try LedgerEntries(decoding: frame.body, header: frame.header)
            inquire(frame, &replies) { (service, projection) throws(Reject) in
                try service.entries(message, projection)
            }
        case .ledgerCheck:
            let message = try LedgerCheck(decoding: frame.body, header: frame.header)
            inquire(frame, &replies) { (service, projection) throws(Reject) in try service.check(message, projection) }
        case .projectionStatus:
            _ = try ProjectionStatus(decoding: frame.body, header: frame.header)
            inquire(frame, &replies) { (service, correlationID, reply) in
                reply.send(service.projectionStatus(), correlationID)
            }
        case .projectionRebuild:
            let message = try ProjectionRebuild(decoding: frame.body, header: frame.header)
            inquire(frame, &replies) { (service, projection) throws(Reject) in
                try service.rebuild(message, projection)
            }
        case .cardCreate, .cardSetStatus, .cardSetLimits, .cardGet, .cardList, .cardReplace, .paymentGet, .paymentList,
            .configGet, .configSet, .status, .digest, .snapshotMake, .snapshotList, .backupHold,
            .principalCreate, .principalRotate,
            .principalChange, .principalRevoke, .principalList:
            preconditionFailure("these are not questions for the projection")
        case .ruleTest:
            let message = try RuleTest(decoding: frame.body, header: frame.header)
            inquire(frame, &replies) { $0.test(message, $1, $2) }
        case .paymentAlternatives:
            let message = try PaymentAlternatives(decoding: frame.body, header: frame.header)
            inquire(frame, &replies) { $0.alternatives(message, $1, $2) }
        case .ruleAdd, .ruleMove, .ruleList, .ruleHistory, .paymentRules, .listCreate, .listDelete, .listAdd,
            .listRemove, .listShow, .listEntries, .listHistory:
            preconditionFailure("these are no questions that take long")
        }
    }

    private func inquire(
        _ frame: borrowing RequestFrame,
        _ replies: inout ReplySink,
        _ work: @escaping @Sendable (DecisionService, _ correlationID: UInt64, ReplyHandle) -> Void
    ) {
        let correlationID = frame.header.correlationID
        let templateID = frame.header.templateID
        later(frame, &replies, as: .inquiry) { service, reply in
            guard !service.inquiries.isStopping else {
                return service.refuse(Reject(stopping: templateID), correlationID, reply)
            }
            work(service, correlationID, reply)
        }
    }

    /// Answers what only a projection can.
    private func inquire<Reply: WireMessage>(
        _ frame: borrowing RequestFrame,
        _ replies: inout ReplySink,
        _ answer: @escaping @Sendable (DecisionService, Projection) throws(Reject) -> Reply
    ) {
        let templateID = frame.header.templateID
        inquire(frame, &replies) { (service, correlationID, reply) in
            guard let projection = service.projection else {
                return service.refuse(Reject(projectionOff: templateID), correlationID, reply)
            }
            do throws(Reject) {
                reply.send(try answer(service, projection), correlationID)
            } catch {
                var refusal = error
                refusal.templateID = templateID
                service.refuse(refusal, correlationID, reply)
            }
        }
    }

    /// Waits until the projection has a record, but not for long: the answer says how far it was.
    private func wait(for lsn: LogSequenceNumber, _ projection: Projection) {
        let durable = engine.journal.durableLSN
        _ = projection.waitUntilApplied(min(lsn.rawValue, durable), milliseconds: Self.freshnessMilliseconds)
    }

    private var durableLSN: LogSequenceNumber { LogSequenceNumber(rawValue: engine.journal.durableLSN) }
}

// MARK: - Payments

extension DecisionService {
    private func search(_ message: PaymentSearch, _ projection: Projection) throws(Reject) -> PaymentSearchReply {
        wait(for: message.atLeastLSN, projection)
        let before = message.beforeLSN == .zero ? nil : message.beforeLSN
        let page = try asked { () throws(ProjectionError) in
            try projection.payments(PaymentCriteria(message), before: before, countMax: Int(message.count))
        }
        return PaymentSearchReply(
            nextBeforeLSN: page.next ?? .zero,
            projectedLSN: page.lsn,
            durableLSN: durableLSN,
            payments: page.payments.map { PaymentSearchReply.PaymentsEntry($0) }
        )
    }

    /// What happened to a payment, newest first: all that the projection knows of, and what changed the payment since.
    private func history(_ message: PaymentHistory, _ correlationID: UInt64, _ reply: ReplyHandle) {
        do throws(EngineError) {
            let deadline = Clock.monotonicNanoseconds() + Self.historyMilliseconds * 1_000_000
            let count = Int(message.count) + 1
            let before = message.beforeLSN == .zero ? nil : message.beforeLSN
            guard
                let past = try engine.history(
                    of: message.paymentID,
                    before: before,
                    countMax: count,
                    deadline: deadline
                )
            else {
                reply.send(Reject(noPayment: PaymentHistory.templateID), correlationID)
                return
            }
            guard !past.isOutOfTime else {
                reply.send(Reject(historyTooLong: PaymentHistory.templateID), correlationID)
                return
            }
            var events = past.records.compactMap { PaymentHistoryReply.EventsEntry($0) }
            var wholeThrough = LogSequenceNumber.zero
            if let projection {
                wait(for: LogSequenceNumber(rawValue: .max), projection)
                if let found = try? projection.events(of: message.paymentID, before: before, countMax: count) {
                    wholeThrough = found.lsn
                    let known = Set(events.map(\.lsn))
                    for lsn in found.numbers where !known.contains(lsn) {
                        guard let record = try engine.storedRecord(lsn) else { continue }
                        if let event = PaymentHistoryReply.EventsEntry(record) { events.append(event) }
                    }
                    events.sort { $1.lsn < $0.lsn }
                }
            }
            let page = Array(events.prefix(Int(message.count)))
            reply.send(
                PaymentHistoryReply(
                    nextBeforeLSN: page.count < events.count ? page.last?.lsn ?? .zero : .zero,
                    currency: Currency(packed: past.payment.currency),
                    wholeThroughLSN: wholeThrough,
                    events: page
                ),
                correlationID
            )
        } catch {
            reply.send(Reject(internal: error, templateID: PaymentHistory.templateID), correlationID)
        }
    }
}

// MARK: - Ledger

extension DecisionService {
    private func balances(_ message: LedgerBalances, _ projection: Projection) throws(Reject) -> LedgerBalancesReply {
        wait(for: message.atLeastLSN, projection)
        let scope = LedgerScope(message)
        let answer = try asked { () throws(ProjectionError) in try projection.balances(scope) }
        let lines = answer.trial.lines
        guard lines.count <= WireLimits.accountsPerReplyMax else {
            throw Reject(
                code: .limitReached,
                templateID: LedgerBalances.templateID,
                retryAfterMicroseconds: 0,
                detail: "\(lines.count) accounts were used; an answer has room for \(WireLimits.accountsPerReplyMax): "
                    + "ask for one currency"
            )
        }
        return LedgerBalancesReply(
            asOfLSN: answer.lsn,
            durableLSN: durableLSN,
            firstLSN: LogSequenceNumber(rawValue: projection.progressFigures.firstLSN),
            accounts: lines.map { LedgerBalancesReply.AccountsEntry($0.key, $0.turnover) }
        )
    }

    private func entries(_ message: LedgerEntries, _ projection: Projection) throws(Reject) -> LedgerEntriesReply {
        wait(for: message.atLeastLSN, projection)
        let scope = LedgerScope(message)
        let page = try asked { () throws(ProjectionError) in
            try projection.entries(scope, after: message.afterEntry, countMax: Int(message.count))
        }
        return LedgerEntriesReply(
            nextEntry: page.next ?? 0,
            asOfLSN: page.lsn,
            durableLSN: durableLSN,
            entries: page.entries.map { LedgerEntriesReply.EntriesEntry($0) }
        )
    }

    /// Compares cards with their accounts, every card as of the record at which it was read.
    private func check(_ message: LedgerCheck, _ projection: Projection) throws(Reject) -> LedgerCheckReply {
        let first = projection.progressFigures.firstLSN
        guard first <= 1 else { throw Reject(incompleteLedger: first) }
        let (cards, next) = engine.cardsAsOf(
            after: Int(clamping: message.afterOrdinal),
            countMax: Int(message.count)
        )
        let newest = cards.map(\.lsn).max() ?? .zero
        do throws(JournalError) { try engine.journal.waitUntilDurable(newest.rawValue) } catch {
            throw Reject(internal: .journal(error), templateID: LedgerCheck.templateID)
        }
        guard projection.waitUntilApplied(newest.rawValue, milliseconds: Self.freshnessMilliseconds) else {
            throw Reject(behind: projection.progressFigures.lsn, newest.rawValue)
        }
        var differences: [LedgerCheckReply.DifferencesEntry] = []
        for (card, lsn) in cards {
            let book = try asked { () throws(ProjectionError) in try projection.receivable(of: card.token, asOf: lsn) }
            guard book.pending != Int128(card.balances.held) || book.posted != Int128(card.balances.posted) else {
                continue
            }
            differences.append(LedgerCheckReply.DifferencesEntry(card, lsn, book.pending, book.posted))
        }
        return LedgerCheckReply(
            nextOrdinal: UInt64(next),
            compared: UInt64(cards.count),
            asOfLSN: newest,
            differences: differences
        )
    }
}

// MARK: - The projection itself

extension DecisionService {
    private func projectionStatus() -> ProjectionStatusReply {
        let figures = projection?.figures
        return ProjectionStatusReply(
            projectedLSN: LogSequenceNumber(rawValue: figures?.lsn ?? 0),
            durableLSN: durableLSN,
            firstLSN: LogSequenceNumber(rawValue: figures?.firstLSN ?? 0),
            journalFirstLSN: LogSequenceNumber(rawValue: engine.journal.firstLSN),
            lagMicroseconds: UInt64(figures?.lagMicroseconds ?? 0),
            rowsWritten: figures?.rowCount ?? 0,
            rebuilds: figures?.rebuildCount ?? 0,
            fileBytes: projection?.fileByteCount ?? 0,
            state: ProjectionState(figures?.state),
            problem: (figures?.problem ?? "").wireText(maximumByteCount: WireLimits.rejectDetailByteCountMax)
        )
    }

    private func rebuild(
        _ message: ProjectionRebuild,
        _ projection: Projection
    ) throws(Reject) -> ProjectionRebuildReply {
        let oldest = engine.journal.firstLSN
        let figures = projection.progressFigures
        guard message.acceptLoss || oldest <= max(1, figures.firstLSN) else {
            throw Reject(losing: figures.firstLSN, oldest)
        }
        projection.rebuild()
        return ProjectionRebuildReply(
            firstLSN: LogSequenceNumber(rawValue: max(1, oldest)),
            durableLSN: durableLSN
        )
    }

    /// What the projection answers, or why it does not, as a refusal whose template is still to be filled in.
    private func asked<Result>(_ question: () throws(ProjectionError) -> Result) throws(Reject) -> Result {
        do throws(ProjectionError) { return try question() } catch { throw Reject(error) }
    }
}
