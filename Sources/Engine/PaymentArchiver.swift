import Archive
import Authorization
import Domain

/// Moves closed, quiet, durable payments out of memory, in small steps on one background thread.
///
/// A round walks through all shards. What it finds is written as one run of the archive; only when that is durable and
/// lookups see it are the payments removed from memory, each only if nothing has happened to it meanwhile. Between
/// rounds runs are merged.
struct PaymentArchiver: ~Copyable {
    /// What a step came to.
    enum Progress: Equatable {
        /// There is more to do.
        case working
        /// A round has ended and nothing is left to merge; there is time for a pause.
        case idle
    }

    /// How much one step does.
    enum Limits {
        /// Payments looked at under one lock: a fraction of a millisecond.
        static let looksPerStep = 1_024
        /// What one step can find at most: a walk ends with a segment.
        static let foundPerStepMax = 2_048
        /// Payments removed under one lock.
        static let removalsPerLock = 64
        /// Payments of one run.
        static let batchCapacity = 65_536
        /// Keys put into a shard's index under one lock.
        static let keysPerStep = 256
        /// Entries and pairs merged in one step.
        static let mergedPerStep = 4_096
    }

    private enum Phase { case walking, writing, removing, merging }

    private let archive: PaymentArchive
    private let shards: any PaymentShards
    private let options: ArchiverOptions
    private var phase = Phase.walking
    private var shard = 0
    private var position: UInt64 = 0
    private var batch: ArchiveBatch
    /// What is to leave memory once the batch is written, with its shard.
    private var leaving: [LeavingPayment] = []
    private var removed = 0
    /// When the first payments were found that are still too few for a run.
    private var waitingSince: Instant?
    /// Payments that have left memory since the start.
    private(set) var archivedCount: UInt64 = 0

    init(_ archive: PaymentArchive, shards: any PaymentShards, options: ArchiverOptions) {
        self.archive = archive
        self.shards = shards
        self.options = options
        batch = ArchiveBatch(capacity: Limits.batchCapacity, imageByteCount: PaymentRecord.byteCount)
    }

    /// Does a bounded amount of work.
    ///
    /// - Parameters:
    ///   - now: the wall clock.
    ///   - durable: the newest durable record; no payment with a newer one leaves memory.
    /// - Throws: what the archive threw; nothing has left memory that is not in it, and the next step tries again.
    mutating func step(now: Instant, durable: LogSequenceNumber) throws(ArchiveError) -> Progress {
        switch phase {
        case .walking:
            try walk(now: now, durable: durable)
            return .working
        case .writing:
            // Written at once or, after an error, again: the batch is unchanged then.
            try archive.archive.append(batch)
            batch.removeAll()
            waitingSince = nil
            phase = .removing
            return .working
        case .removing:
            remove()
            return .working
        case .merging:
            guard try archive.archive.mergeStep(itemCountMax: Limits.mergedPerStep) == .idle else { return .working }
            phase = .walking
            // In the middle of a round there is more to walk.
            return shard == 0 && position == 0 ? .idle : .working
        }
    }

    private mutating func walk(now: Instant, durable: LogSequenceNumber) throws(ArchiveError) {
        let quiet = now.advanced(byMicroseconds: -options.quietMicroseconds)
        var found: [PaymentRecord] = []
        let next = shards.walkClosedPayments(shard, after: position, quietSince: quiet, through: durable) {
            found.append($0)
        }
        for payment in found {
            // A payment that came back for a moment, or with the whole journal, is there already.
            let isArchived: Bool
            do throws(ArchiveError) {
                isArchived = try archive.version(of: payment.id) ?? 0 >= payment.lastLSN
            } catch {
                // What was found is found again.
                batch.removeAll()
                leaving.removeAll(keepingCapacity: true)
                throw error
            }
            if !isArchived { batch.add(payment) }
            leaving.append(
                LeavingPayment(
                    shard: shard,
                    id: LogSequenceNumber(rawValue: payment.id),
                    lastLSN: LogSequenceNumber(rawValue: payment.lastLSN)
                )
            )
        }
        if let next {
            position = next
        } else {
            position = 0
            shard = (shard + 1) % shards.paymentShardCount
        }
        let endsRound = shard == 0 && position == 0
        let isFull = batch.capacity - batch.count < Limits.foundPerStepMax
        let leavesEnough = leaving.count >= Limits.batchCapacity
        guard endsRound || isFull || leavesEnough else { return }
        if endsRound, batch.count > 0, batch.count < options.batchCountMin {
            let since = waitingSince ?? now
            waitingSince = since
            if now < since.advanced(byMicroseconds: options.waitMicrosecondsMax) {
                // Too few for a file of their own: they are found again in the next round.
                batch.removeAll()
                leaving.removeAll(keepingCapacity: true)
                phase = .merging
                return
            }
        }
        phase = batch.count > 0 ? .writing : .removing
    }

    /// Removes some of what has been written, all of one shard.
    private mutating func remove() {
        guard removed < leaving.count else {
            leaving.removeAll(keepingCapacity: true)
            removed = 0
            phase = .merging
            return
        }
        let shard = leaving[removed].shard
        var end = removed
        while end < leaving.count, leaving[end].shard == shard, end - removed < Limits.removalsPerLock { end += 1 }
        archivedCount += UInt64(shards.removePayments(shard, leaving[removed..<end]))
        // Those that may not leave now are found again in the next round.
        removed = end
    }
}

/// How the archiver works.
public struct ArchiverOptions: Equatable, Sendable {
    /// Microseconds since a payment's last event before it leaves memory. By default ten seconds.
    public var quietMicroseconds: Int64 = 10_000_000
    /// Fewer payments than this wait for others before they are written.
    public var batchCountMin = 1_024
    /// But not longer than so many microseconds. By default a minute.
    public var waitMicrosecondsMax: Int64 = 60_000_000

    /// The defaults.
    public init() {}
}
