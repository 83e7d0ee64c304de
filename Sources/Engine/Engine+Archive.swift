public import Archive
public import Authorization
public import Domain
import Journal
import Platform

extension Engine {
    /// Begins to move closed payments out of memory, and to rebuild the archive where that is needed: in steps, all on
    /// one thread.
    ///
    /// - Returns: `nil` without an archive.
    public func makeArchiver(_ options: ArchiverOptions = ArchiverOptions()) -> ArchiverSteps? {
        archive.map { ArchiverSteps(self, $0, options) }
    }

    /// The payment with an id as it is now, in memory or archived; `nil` when there is none.
    ///
    /// It may read from disk: not for a thread that must not wait.
    public func newestPayment(
        _ id: LogSequenceNumber,
        of account: CardToken
    ) throws(ArchiveError) -> PaymentRecord? {
        let shard = state.cardShard(account)
        while true {
            let appendCount = archive?.archive.appendCount
            if let payment = state.cards.withLock(shard, { $0.shard.payment(id) }) {
                return payment.account == account ? payment : nil
            }
            guard let archive else { return nil }
            let payment = try archive.payment(id.rawValue)
            // Else it may have been in memory, and changed, between the two looks.
            if archive.archive.appendCount == appendCount { return payment?.account == account ? payment : nil }
        }
    }

    /// Whether memory has what a message names by the strongest of its keys, so that nothing else can be meant; or it
    /// names nothing.
    func hasInMemory(_ request: LifecycleRequest) -> Bool {
        let account = account(of: request.cardToken)
        let names = PaymentNames(request.reference, account: account, amount: request.amount)
        guard names.strongest < 8 else { return true }
        let found = state.cards.withLock(state.cardShard(account)) {
            $0.match(request.reference, account: account, amount: request.amount)
        }
        return found.map { names.precedence(of: $0) == names.strongest } ?? false
    }

    /// Finds what a message of a payment's life may need of the archive, or of the journal: to be called before any
    /// lock is taken, and not on an event loop.
    ///
    /// A request id that no payment carries as its key may still have been about one: an increment's, or an
    /// authorization's that joined a payment which was known by another key. What became of it is in the journal.
    ///
    /// - Returns: `nil` when memory has what the message names by the strongest of its keys.
    /// - Throws: `archiveUnavailable` when what the message names may be in a part of the archive that must be rebuilt.
    func recall(_ request: LifecycleRequest) throws(Refusal) -> PaymentArchive.Recalled? {
        var recalled = PaymentArchive.Recalled(found: nil, appendCount: archive?.archive.appendCount ?? 0)
        guard !hasInMemory(request) else { return recalled }
        let account = account(of: request.cardToken)
        let reference = request.reference
        do throws(ArchiveError) {
            if let archive { recalled = try archive.recall(reference, account: account, amount: request.amount) }
            if recalled.found?.match != .identifier, let original = reference.originalRequestID,
                let payment = try payment(ofRequest: original, account)
            {
                CoverageMark.reach("engine: a payment was found by another request's id")
                recalled.found = (payment, .identifier)
            }
            return recalled
        } catch {
            throw .archiveUnavailable
        }
    }

    /// The payment that a remembered request made or changed, as it is now.
    private func payment(ofRequest id: RequestID, _ account: CardToken) throws(ArchiveError) -> PaymentRecord? {
        guard let place = state.requests.withLock(state.requestShard(id), { $0.find(id)?.place }) else { return nil }
        let record: StoredRecord
        do throws(EngineError) {
            record = try storedRecord(at: place)
        } catch {
            // The record is there, and cannot be read now: nothing may be settled as if there was none.
            throw .incomplete
        }
        guard let payment = record.payment ?? record.paymentBefore, payment.account == account else { return nil }
        return try newestPayment(LogSequenceNumber(rawValue: payment.id), of: account)
    }

    /// Whether what was recalled is still the newest there is; else it is to be recalled again. To be asked while the
    /// account's shard is locked: a payment leaves its memory only under that lock, after it has been appended.
    func isCurrent(_ recalled: PaymentArchive.Recalled?) -> Bool {
        guard let archive, let recalled else { return true }
        return archive.archive.appendCount == recalled.appendCount
    }
}

extension EngineState: PaymentShards {
    var paymentShardCount: Int { cards.count }

    func walkClosedPayments(
        _ shard: Int,
        after id: UInt64,
        quietSince quiet: Instant,
        through lsn: LogSequenceNumber,
        _ body: (PaymentRecord) -> Void
    ) -> UInt64? {
        cards.withLock(shard) { cell in
            cell.walkClosedPayments(after: id, quietSince: quiet, through: lsn, body)
        }
    }

    func removePayments(_ shard: Int, _ payments: ArraySlice<LeavingPayment>) -> Int {
        cards.withLock(shard) { cell in
            payments.reduce(0) { $0 + (cell.removePayment($1.id, lastLSN: $1.lastLSN) ? 1 : 0) }
        }
    }
}

/// Archiving in steps, of which each takes little; for one thread.
public final class ArchiverSteps {
    private let engine: Engine
    private let archive: PaymentArchive
    private var archiver: PaymentArchiver
    private var rebuilder: ArchiveRebuilder?

    init(_ engine: Engine, _ archive: PaymentArchive, _ options: ArchiverOptions) {
        self.engine = engine
        self.archive = archive
        archiver = PaymentArchiver(archive, shards: engine.state, options: options)
    }

    /// What a step came to.
    public enum Progress: Equatable, Sendable {
        /// There is more to do.
        case working
        /// Nothing is left to do now.
        case idle
    }

    /// Payments that have left memory since the start.
    public var archivedCount: UInt64 { archiver.archivedCount }

    /// Does a bounded amount of work.
    ///
    /// - Parameter clock: the wall clock; with a simulated clock the newest record's time counts.
    /// - Throws: `ArchiverError`; the next step tries again.
    public func step(clock: Instant) throws(ArchiverError) -> Progress {
        if !archive.archive.isComplete {
            if rebuilder == nil { rebuilder = ArchiveRebuilder(archive, journal: engine.journal) }
            if try rebuilder?.step(at: engine.newestTime) ?? true { rebuilder = nil }
            return .working
        }
        do throws(ArchiveError) {
            let now = engine.time(receivedAt: clock)
            let durable = LogSequenceNumber(rawValue: engine.journal.durableLSN)
            return try archiver.step(now: now, durable: durable) == .idle ? .idle : .working
        } catch {
            throw .archive(error)
        }
    }
}
